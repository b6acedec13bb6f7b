# The log of a validating proxy that was asked one thing at a time: a line for
# each way in which a request was wrong, "METHOD path: what".
/\[HTTP SERVER\]/ {
	sub(/^.*\[HTTP SERVER\] /, "")
	asked = toupper($1) " " $2
}
/Violation: request/ {
	sub(/^.*Violation: request[^ ]* /, "")
	print asked ": " $0
}
