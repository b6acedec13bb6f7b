# Texts.  What Zephyr holds as HTML stays as it is; plain text is escaped.  qTest
# makes a parameter of "[~name]", so the tilde becomes an entity: it reads the same.

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

# Is it markup?  Only known tags count: "a<b and c>d" is none.
def marked:
	startswith("<p>") or (contains("<") and test("</?(p|br|b|i|u|s|a|em|strong|ul|ol|li|div|span|img|table|tbody|thead"
	    + "|tr|td|th|pre|code|h[1-6]|blockquote|hr|sub|sup|font)"
	    + "(\\s+[a-z-]+\\s*=[^<>]*)?\\s*/?>"; "i"))
	or (contains("&") and test("&(#[0-9]+|#x[0-9a-f]+|[a-z]{2,8});"; "i"));
def rich: if marked then html | celled else plain end;

def link($what):
	if startswith("https://") or startswith("http://")
	then "<a href=\"\(@html)\">\($what)</a>" else $what end;

# Any value as HTML for people; "" when there is nothing to show.  A long text
# may be markup; what has an id, or stands in a list, is a name.
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

# The table that holds what qTest has no field for.
def row($name):				# a name of our own
	if . == "" then empty else "<tr><th>" + $name + "</th><td>" + . + "</td></tr>" end;
def named_row($name):			# one of theirs
	if . == "" then empty else row($name | plain) end;
# Files are not in qTest: what is known of each, so that it can be found.
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
def field_rows:				# custom fields by name
	if . == null then empty
	elif type == "object" then keys[] as $k | .[$k] | shown | named_row($k)
	else shown | row("Custom fields") end;
def other_rows($usual; $known):		# members that nobody thought of
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
# Values that stand in a cell as the markup that they are.
def field_markup:
	.customFields | objects | .[] | strings | select(contains("<") and marked) | html;
def link_rows:
	if . == null then empty else
	(if .issues == [] then empty else issue_rows end),
	(if .webLinks == [] then empty else web_rows end) end;
def time_span:				# ms
	if . == null then ""
	elif type != "number" or . < 0 or . > 1e15 then shown
	else (. / 1000 | floor) as $s | (. - $s * 1000) as $ms
	| "\($s / 3600 | floor):\("0\($s / 60 % 60 | floor)"[-2:]):\("0\($s % 60)"[-2:])"
	  + (if $ms == 0 then "" else ".\("00\($ms)"[-3:])" end)
	end;
def person: if type == "object" then .accountId // "" else shown end;
def person_shown: if type == "object" and .displayName != null then shown else person end;

# qTest counts characters as UTF-16 does, or fewer: beyond U+FFFF two each.
def units: explode | map(if . > 65535 then 2 else 1 end) | add // 0;
def cut($max):
	if length * 2 <= $max then . else
	[foreach explode[] as $c ([0, 0]; [$c, .[1] + (if $c > 65535 then 2 else 1 end)];
	    select(.[1] <= $max) | .[0])] | implode end;

# One line of plain text: no control characters, at most $max units.
# [text, changes]
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
