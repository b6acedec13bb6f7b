# Read the log of a validating proxy, which received one request at a time; print a line
# for each violation, "METHOD path: violation".
/\[HTTP SERVER\]/ {
	sub(/^.*\[HTTP SERVER\] /, "")
	asked = toupper($1) " " $2
}
/Violation: request/ {
	sub(/^.*Violation: request[^ ]* /, "")
	print asked ": " $0
}
