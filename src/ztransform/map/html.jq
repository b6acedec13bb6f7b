# Close HTML of the source before text is appended to it: an unclosed element, comment,
# tag or attribute quote would change the text that follows.  closed appends what ends
# them.  celled also removes end tags of tables that the text does not begin, which would
# end the table that the text becomes a cell of.

# Return the class of elements that must be closed: f formatting, s elements that also
# end the formatting inside them, r elements whose content is text, x an element without
# an end, c others.  Elements that are not listed (p, br, html, unknown names) have no
# effect on what follows.
def element: {
	"a": "f", "b": "f", "big": "f", "code": "f", "em": "f", "font": "f", "i": "f", "nobr": "f",
	"s": "f", "small": "f", "strike": "f", "strong": "f", "tt": "f", "u": "f",
	"applet": "s", "caption": "s", "marquee": "s", "object": "s", "td": "s", "template": "s",
	"th": "s",
	"iframe": "r", "noembed": "r", "noframes": "r", "noscript": "r", "script": "r", "style": "r",
	"textarea": "r", "title": "r", "xmp": "r", "plaintext": "x",
	"abbr": "c", "acronym": "c", "address": "c", "article": "c", "aside": "c", "audio": "c",
	"bdi": "c", "bdo": "c", "blockquote": "c", "button": "c", "canvas": "c", "center": "c",
	"cite": "c", "colgroup": "c", "datalist": "c", "dd": "c", "del": "c", "details": "c",
	"dfn": "c", "dialog": "c", "dir": "c", "div": "c", "dl": "c", "dt": "c", "fieldset": "c",
	"figcaption": "c", "figure": "c", "footer": "c", "form": "c", "h1": "c", "h2": "c",
	"h3": "c", "h4": "c", "h5": "c", "h6": "c", "header": "c", "ins": "c", "kbd": "c",
	"label": "c", "legend": "c", "li": "c", "listing": "c", "main": "c", "map": "c", "mark": "c",
	"math": "c", "menu": "c", "meter": "c", "nav": "c", "ol": "c", "optgroup": "c",
	"option": "c", "output": "c", "picture": "c", "pre": "c", "progress": "c", "q": "c",
	"rp": "c", "rt": "c", "ruby": "c", "samp": "c", "section": "c", "select": "c", "span": "c",
	"sub": "c", "summary": "c", "sup": "c", "svg": "c", "table": "c", "tbody": "c", "tfoot": "c",
	"thead": "c", "tr": "c", "ul": "c", "var": "c", "video": "c"};
def part_of_table: . == "td" or . == "th" or . == "tr" or . == "tbody" or . == "thead"
	or . == "tfoot" or . == "caption" or . == "colgroup" or . == "table";

# Read on inside a tag: [open quote or "", the text after the tag, null if it has no end].
def tag_scan($quote):
	if $quote != "" then
		(. / $quote) as $parts
		| if ($parts | length) < 2 then [$quote, null]
		  else $parts[1:] | join($quote) | tag_scan("") end
	else
		match("^(?>(?:[^=>]+|=\\s*\"[^\"]*\"|=\\s*'[^']*'|=\\s*[^\\s\"'>][^\\s>]*"
		    + "|=(?!\\s*[\"']))*)(>|=\\s*[\"'])?") as $m
		| $m.captures[0].string as $stop
		| if $stop == ">" then ["", .[$m.length:]]
		  elif $stop == null then ["", null]
		  else [$stop[-1:], null] end
	end;
# has_name is true if the array has the name, name_at its last index or -1.  index and
# rindex of libjq 1.6 leak memory when they look for a string in an array.
def has_name($name): any(.[]; . == $name);
def name_at($name):
	. as $names | reduce range(length) as $i (-1; if $names[$i] == $name then $i else . end);
# Return the open elements after the end tag of one.
def element_ended($name):
	(element[$name] // "") as $kind
	| (if $kind == "f" then (map(element[.] == "s") | rindex(true) // -1) else -1 end) as $from
	| name_at($name) as $at
	| if $kind == "" or $at <= $from then .
	  elif $kind == "f" then .[:$at] + .[$at + 1:]
	  else .[$at + 1:] as $above
	  | .[:$at] + (if $kind == "s" then []
		else $above[:($above | map(element[.] == "s") | index(true) // length)]
		    | map(select(element[.] == "f")) end)
	  end;

# The functions below read the piece after a "<" in the state {in, quote, name, ends,
# from, open, drop}, where in is text, tag, comment, bogus (a comment that ">" ends), or
# raw.  They return the new state.
def tag_done($rest; $i; $whole; $cell):
	.name as $name | (element[$name] // "") as $kind
	| .in = "text"
	| if $cell and $whole and ($name | part_of_table) and (.ends or $name != "table")
	    and (.open | has_name("table") | not) then .drop += [[$i, $rest]]
	elif .ends then
		(if .open[-1:] == [$name] then .open = .open[:-1]
		 else .open |= element_ended($name) end)
	elif $kind == "r" then .in = "raw"
	elif $kind == "x" then .in = "tag" | .quote = "x"
	elif $kind == "" or (.closes and (.open | has_name("svg") or has_name("math"))) then .
	else .open += [$name] end;
def tag_more($piece; $i; $whole; $cell):
	.quote as $quote | .scans += 1
	| ($piece | tag_scan($quote)) as [$open, $rest]
	| if $rest == null then .quote = $open
	  else .closes = ($whole and ($piece[:($piece | length) - ($rest | length) - 1] | endswith("/")))
	  | tag_done($rest; $i; $whole; $cell) end;
def tag_begun($piece; $i; $cell):
	($piece | startswith("/")) as $ends
	| (($piece | ltrimstr("/")) / ">" | .[0]) as $head
	| .ends = $ends
	| .name = ($head / " " | .[0] / "/" | .[0] / "\n" | .[0] / "\t" | .[0] | ascii_downcase)
	| .in = "tag" | .quote = "" | .from = $i
	| if ($head | contains("=")) or ($piece | contains(">") | not) then
		tag_more($piece; $i; true; $cell)
	  else	# no value, so no quote
		.closes = ($head | endswith("/"))
		| tag_done($piece[($head | length) + (if $ends then 2 else 1 end):]; $i; true; $cell)
	  end;
# True beyond the limits that keep the time short: the remaining text is escaped.
def too_odd($i): (.open | length) > 250 or (.drop | length) > 250 or .scans > 2000
	or $i > 50000;
def piece_odd($piece; $i; $cell):
	if .in == "text" then
		($piece | ltrimstr("/") | .[:1] | ascii_downcase) as $first
		| if too_odd($i) then .in = "tag" | .quote = "x" | .from = $i
		elif $first >= "a" and $first <= "z" then tag_begun($piece; $i; $cell)
		elif $piece | startswith("!--") then
			if $piece[3:] | startswith(">") or startswith("->") or contains("-->")
			    or contains("--!>") then . else .in = "comment" end
		elif $piece | startswith("!") or startswith("?") or startswith("/") then
			if $piece == "/" or ($piece | contains(">")) then . else .in = "bogus" end
		else . end
	elif .in == "comment" then
		if $piece | contains("-->") or contains("--!>") then .in = "text" else . end
	elif .in == "bogus" then
		if $piece | contains(">") then .in = "text" else . end
	elif .in == "raw" then
		.name as $name
		| if $piece | test("^/\($name)([\\s/>]|$)"; "i") then
			tag_begun($piece; $i; false)
		elif $name == "script" and ($piece | startswith("!--")) then .hidden = true
		else . end
	elif .quote == "x" then .
	elif .scans > 2000 then .quote = "x"
	else tag_more($piece; $i; false; $cell) end;
def piece_read($piece; $i; $cell):
	if .in == "text" and .open[-1:] == [$piece[1:] / ">" | .[0]] and ($piece[:1] == "/")
	    and ($cell | not) then .open = .open[:-1]
	else piece_odd($piece; $i; $cell) end;

# True if every end tag closes the last open element and all values have double quotes.
# Most texts are so, and this check is much faster than the full one.
def harmless: {"p": 1, "/p": 1, "br": 1, "br /": 1, "br/": 1, "hr": 1, "img": 1};
def in_order:
	reduce ((. / "<")[1:][] | (. / ">")[0] // "") as $head ([];
	    if . == null or harmless[$head] != null then .
	    elif $head[:1] == "/" then if .[-1] == $head[1:] then .[:-1] else null end
	    elif element[$head] != null then
		if element[$head] == "r" or element[$head] == "x" then null else . + [$head] end
	    elif $head | contains(" ") and (contains("'") | not)
		and (. / "\"" | length % 2 == 1) then
		($head / " " | .[0]) as $name
		| if harmless[$name] != null then .
		  elif element[$name] == "f" or element[$name] == "c" or element[$name] == "s" then
			. + [$name] else null end
	    else null end) == [];

def closed($cell):
	if contains("<") | not then .
	elif startswith("<p>") and endswith("</p>") and (.[3:-4] | contains("<") | not) then .
	elif ($cell and (contains("<t") or contains("<ca") or contains("<colg")) | not)
	    and in_order then .
	else
	. as $text | (. / "<") as $pieces | ($pieces | length) as $n
	| (reduce range(1; $n) as $i
	    ({in: "text", quote: "", name: "", ends: false, from: 0, scans: 0, open: [],
	    drop: []};
	    piece_read($pieces[$i]; $i; $cell))) as $s
	# a tag that no ">" ends shows as the text that it is
	| (if $s.in == "tag" then $s.from elif $pieces[-1] == "/" and $s.in == "text" then $n - 1
	    else $n end) as $from
	| (if $s.in == "comment" then "-->" elif $s.in == "bogus" then ">"
	    elif $s.in == "raw" then (if $s.hidden then "-->" else "" end) + "</\($s.name)>"
	    else "" end) as $stop
	| ($s.open | reverse | map("</\(.)>") | add // "") as $ends
	| if $from == $n and $stop == "" and $ends == "" and $s.drop == [] then $text
	  else
		(reduce $s.drop[] as [$i, $rest] ($pieces[:$from] | map("<" + .) | .[0] |= .[1:];
		    if $i < $from then .[$i] = $rest else . end) | add // "")
		+ ($pieces[$from:] | map("&lt;" + .) | add // "") + $stop + $ends
	  end
	end;
def closed: closed(false);
def celled: closed(true);
# Return the text with $more appended.
def above($more): if $more == "" then . else closed + $more end;
# Return the change of a field whose HTML has to be closed: if $known is true, or for one
# of texts (text is appended to them) or cells (they stand in a table).
def closures($known; $field; texts; cells):
	if $known or any(texts; closed != .) or any(cells; celled != .) then
		{change: "REMAPPED", code: "html-closed", "field": $field,
		 reason: "HTML that is not closed is closed, or it would swallow what follows"}
	else empty end;
def closures($field; texts; cells): closures(false; $field; texts; cells);
