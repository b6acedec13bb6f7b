# Build findings.  A record with an error is rejected; warnings and notes are
# listed in the report.

def finding($level; $rule; $what): {level: $level, rule: $rule, what: $what};
def stop($rule; $what): finding("error"; $rule; $what);
def warn($rule; $what): finding("warning"; $rule; $what);
def note($rule; $what): finding("info"; $rule; $what);

def blank: type != "string" or (test("\\S") | not);
def missing: . == null or . == "";
def list: map("\(.)") | join(", ") | if length > 200 then .[:200] + "..." else . end;

def key_rule($letter):
	if .key | missing then stop("required"; "no key")
	elif .key | test("^[A-Z][A-Z_0-9]+-\($letter)[0-9]+$") | not then
		warn("key_pattern"; "key \(.key) is not of the form PROJECT-\($letter)123")
	else empty end;
def name_rule:
	if .name | blank then warn("name"; "no name; qTest gets a default name")
	elif (.name | length) > 255 then
		warn("name_length"; "the name has \(.name | length) characters; Zephyr allows 255")
	else empty end;
def named_rule($field; $value):
	if $value.id != null and $value.name == null then
		warn("reference"; "\($field) \($value.id) does not exist in the project")
	else empty end;
def folder_rule:
	if .folder.id != null and .folder.name == null then
		warn("folder_reference"; "folder \(.folder.id) does not exist in the project")
	else empty end;
def label_rule:
	if (.labels | type) == "array" and (.labels | length) > 50 then
		warn("labels"; "\(.labels | length) labels; Zephyr allows 50")
	else empty end;
def custom_rule:
	if (.customFields | type) != "object" then empty else
	[.customFields as $c | $c | keys_unsorted[] | select($c[.] | type == "object"
	    or (type == "array" and any(.[]; type == "object" or type == "array")))]
	| select(. != []) | note("custom_field"; "kept as JSON text: \(list)") end;
def planned_rule:
	if (.plannedStartDate | type) == "string" and (.plannedEndDate | type) == "string"
	    and .plannedStartDate > .plannedEndDate then
		warn("planned_dates"; "planned end (\(.plannedEndDate)) is before planned start"
		    + " (\(.plannedStartDate))")
	else empty end;

# qTest SaaS takes files of at most 50 MB, of these types (qtest-api.md 1.5).
def allowed: ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "jpg", "jpeg",
	"png", "gif", "bmp", "svg", "zip", "json", "xml", "log", "md", "mp4", "html"];
def attachment_rules:
	if (.attachments // []) == [] then empty else
	([.attachments[] | select((.size // 0) > 52428800) | .name] | select(. != [])
	    | warn("attachment_size"; "files larger than 50 MB: \(list)")),
	([.attachments[] | (.name // "") as $n | ($n / "." | last | ascii_downcase) as $x
	    | select(any(allowed[]; . == $x) | not) | $n] | select(. != [])
	    | note("attachment_type"; "file types that a qTest site may reject: \(list)")) end;
# Images on the host that serves signed-in browsers only (zephyr-api.md 4.3), and are not stored.
def private_images:
	if type == "string" and contains("cloudfront.tm4j.smartbear.com") then
		scan("https?://cloudfront\\.tm4j\\.smartbear\\.com[^\"'\\s<>]*") | gsub("&amp;"; "&")
	else empty end;
def image_rule(texts):
	[texts | private_images] - [.pictures // [] | .[].src[]]
	| select(. != []) | warn("inline_image"; "images on Zephyr's private host cannot be opened from qTest");
