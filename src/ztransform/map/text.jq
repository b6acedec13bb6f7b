# Texts as HTML: HTML of Zephyr stays unchanged, plain text is escaped.  qTest reads
# "[~name]" as a parameter, so the tilde becomes an entity, which looks the same.

def blank: . == null or . == "";
def html:
	if . == null or . == "" then ""
	elif type != "string" then tojson | @html
	elif contains("[~") then . / "[~" | join("[&#126;")
	else . end;
def plain:
	@html
	| if contains("\n") then . / "\n" | map(rtrimstr("\r")) | join("<br>") else . end
	| if contains("[~") then . / "[~" | join("[&#126;") else . end;

# True for markup.  Only known tags count, so that "a<b and c>d" is plain text.
def marked:
	startswith("<p>") or (contains("<") and test("</?(p|br|b|i|u|s|a|em|strong|ul|ol|li|div|span|img|table|tbody|thead"
	    + "|tr|td|th|pre|code|h[1-6]|blockquote|hr|sub|sup|font)"
	    + "(\\s+[a-z-]+\\s*=[^<>]*)?\\s*/?>"; "i"))
	or (contains("&") and test("&(#[0-9]+|#x[0-9a-f]+|[a-z]{2,8});"; "i"));
def rich: if marked then html | celled else plain end;

def link($what):
	if startswith("https://") or startswith("http://")
	then "<a href=\"\(@html)\">\($what)</a>" else $what end;

# Return any value as HTML that people can read, "" if it is empty.  A text may be markup;
# the name of an object, and a text in a list, is plain.
def shown_name: if type == "string" then plain else tostring end;
def shown:
	if . == null then ""
	elif type == "string" then
		if @html == . and (contains("\n") or contains("[~") | not) then . else rich end
	elif type == "array" then
		[.[] | if type == "string" then plain else shown end | select(. != "")] | join(", ")
	elif type == "object" then
		(keys - ["id", "self", "name"]) as $more
		| if $more == [] then (.name // .id | if . == null then "" else shown_name end)
		  elif all([.[]][]; blank) then ""
		  elif $more == ["accountId"] or $more == ["accountId", "displayName"] then
			[.displayName // .name // empty, (.accountId // empty | if . == "" then empty else "(\(.))" end)]
			| join(" ") | plain
		  else tojson | plain end
	else tojson end;

# [.[]][] above: libjq 1.6 leaks the name of a member at which a loop over an
# object is left early, as all and any do.

# Rows of the table with the values that qTest has no field for: $name is HTML in row,
# and a text of the source in named_row.
def row($name):
	if . == "" then empty else "<tr><th>" + $name + "</th><td>" + . + "</td></tr>" end;
def named_row($name):
	if . == "" then empty else row($name | plain) end;
# Return name, size and checksum of a file, which qTest does not have.
def file_text:
	(.name // "file \(.id)")
	+ (if .step == null then "" else " of step \(.step)" end)
	+ (if .sha256 == null then " (not fetched)"
	  else " (\(.size) bytes, sha256 \(.sha256))" end);
def file_row: .attachments // [] | map(file_text | plain) | join("<br>") | row("Attachments");
def table(rows):
	[rows]
	| if . == [] then ""
	  else "<h3>\($map.texts.fields | plain)</h3><table><tbody>" + add + "</tbody></table>" end;
# Return a row for each custom field.
def field_rows:
	if . == null then empty
	elif type == "object" then keys[] as $k | .[$k] | shown | named_row($k)
	else shown | row("Custom fields") end;
# Return a row for each member that is not in $known; $usual is a list of members without
# any such, for speed.
def other_rows($usual; $known):
	if keys == $usual then empty else
	(keys_unsorted - $known) as $new
	| if $new == [] then empty else ($new | sort)[] as $k | .[$k] | shown | named_row($k) end
	end;
def issue_rows:
	(.issues // [])[]
	| [(.target // "" | if . == "" then . else link(@html) end),
	   ([(if .key != null then [.key, .name // empty] | join(" ")
	      else .issueId // empty | "issue \(.)" end), .type // empty] | join(", ")
	    | if . == "" then empty else "(\(plain))" end)]
	| join(" ") | row("Issue link");
def web_rows:
	(.webLinks // [])[]
	| [(.description // "" | if . == "" then empty else plain + ":" end),
	   (.url // "" | link(@html)),
	   (.type // "" | if . == "" then empty else "(\(plain))" end)]
	| join(" ") | row("Web link");
# Return the values of custom fields that are markup.
def field_markup:
	.customFields | objects | .[] | strings | select(contains("<") and marked) | html;
def link_rows:
	if . == null then empty else
	(if .issues == [] then empty else issue_rows end),
	(if .webLinks == [] then empty else web_rows end) end;
# Return milliseconds as "h:mm:ss".
def time_span:
	if . == null then ""
	elif type != "number" or . < 0 or . > 1e15 then shown
	else (. / 1000 | floor) as $s | (. - $s * 1000) as $ms
	| "\($s / 3600 | floor):\("0\($s / 60 % 60 | floor)"[-2:]):\("0\($s % 60)"[-2:])"
	  + (if $ms == 0 then "" else ".\("00\($ms)"[-3:])" end)
	end;
def person: if type == "object" then .accountId // "" else shown end;
def person_shown: if type == "object" and .displayName != null then shown else person end;

# Return the length in UTF-16 units, by which qTest counts at most.
def units: explode | map(if . > 65535 then 2 else 1 end) | add // 0;
def cut($max):
	if length * 2 <= $max then . else
	[foreach explode[] as $c ([0, 0]; [$c, .[1] + (if $c > 65535 then 2 else 1 end)];
	    select(.[1] <= $max) | .[0])] | implode end;

# Return [text, changes] of one line of plain text without control characters, of at most
# $max units; $default if it is empty.
def line($max; $default):
	if type == "string" and (tojson | length) == length + 2 and length <= $max
	    and (length * 2 <= $max or units <= $max) and (.[:1] | . > " " and . < "\u007f") and (contains("\u007f") | not) then [., []]
	else . as $was
	| (if type == "string" then . elif . == null then "" else tojson end)
	| (explode | map(if . == 9 or . == 10 or . == 13 then 32 else . end
	    | select(. > 31 and (. < 127 or . > 159)))) as $is
	| if ($is | implode | test("\\S") | not) then
		[$default, [{change: "DEFAULTED", code: "name-missing", field: "name",
		    reason: "the source has no name"}]]
	  elif ($is | implode | units) > $max then
		[($is | implode | cut($max)), [{change: "TRUNCATED", code: "name-length", field: "name",
		    reason: "\($is | implode | units) characters, qTest takes \($max): \($was)"}]]
	  else [($is | implode),
		(if ($is | implode) == $was then [] else
		    [{change: "REMAPPED", code: "name-control", field: "name",
		    reason: "control characters removed"}] end)]
	  end
	end;
