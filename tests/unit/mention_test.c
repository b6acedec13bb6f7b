#include <string.h>

#include "base/buf.h"
#include "domain/text/mention.h"
#include "test.h"

/* Texts, and the mentions in them as KEY@PLACE+LENGTH. */
static const struct {
	const char	*html, *mentions;
} texts[] = {
	{ "", "" },
	{ "DEMO-T1", "DEMO-T1@0+7" },
	{ "<p>DEMO-T12, (DEMO-R3) and DEMO-P4.</p>", "DEMO-T12@3+8 DEMO-R3@14+7 DEMO-P4@27+7" },
	{ "DEMO-E5/DEMO-T6", "DEMO-E5@0+7 DEMO-T6@8+7" },
	{ "&nbsp;DEMO-T1&nbsp;\xc2\xa0" "DEMO-T2\xe3\x80\x82", "DEMO-T1@6+7 DEMO-T2@21+7" },
	{ "XDEMO-T1 MY-DEMO-T1 _DEMO-T1 DEMO-T1x DEMO-T1_ DEMO-T01 DEMO-T DEMO-X1 demo-t1", "" },
	{ "DEMO-T1.png a/DEMO-T1 DEMO-T1/x DEMO-T1-2 DEMO-T1.5 ./DEMO-T1", "" },
	{ "DEMO-T1, DEMO-T1- DEMO-T1.", "DEMO-T1@0+7 DEMO-T1@9+7 DEMO-T1@18+7" },
	{ "<a href=\"x\">DEMO-T1</a><A>DEMO-T1</A>DEMO-T2", "DEMO-T2@37+7" },
	{ "<pre>DEMO-T1</pre><code>DEMO-T1</code><b>DEMO-T2</b>", "DEMO-T2@41+7" },
	{ "<img alt=\"DEMO-T1 > DEMO-T1\"><!-- DEMO-T1 --><i title='DEMO-T1'>DEMO-T2",
	    "DEMO-T2@64+7" },
	{ "<a href=\"x\">DEMO-T1", "" },
	{ "<pre DEMO-T1", "" },
	{ "1 < 2 DEMO-T1 <3", "DEMO-T1@6+7" },
	{ "<p>[zephyr DEMO-T1]</p><p>[zephyr DEMO DEMO-R2]</p>DEMO-T3", "DEMO-T3@51+7" },
	{ "[zephyr DEMO-T1", "" },
	{ "https://j/secure/Tests.jspa#/testCase/DEMO-T1.", "DEMO-T1@0+45" },
	{ "https://j/projects/DEMO?selectedItem=a__b#!/v2/testCycle/DEMO-R1/x DEMO-T2",
	    "DEMO-R1@0+66 DEMO-T2@67+7" },
	{ "https://j/browse/DEMO-T1 http://x/DEMO-T2?DEMO-T3", "" },
	{ "see <a class=c href='https://j/Tests.jspa#/testCase/DEMO-T1'>it</a>", "DEMO-T1=21+38" },
	{ "<a href=\"https://j/#/testCase/DEMO-T1\" title=\"t\">it</a>", "" },
};

static void
mentions(const char *html, struct buf *out)
{
	struct mention_scan scan = { .html = html, .len = strlen(html), .project = "DEMO" };
	struct mention m;

	while (mention_next(&scan, &m))
		buf_printf(out, "%s%s%c%zu+%zu", out->len > 0 ? " " : "", m.key,
		    m.form == MENTION_HREF ? '=' : '@', m.at, m.len);
}

TEST("keys and addresses of test objects are found where a link may stand, and nowhere else")
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_reset(&b);
		mentions(texts[i].html, &b);
		CHECK_STR(buf_str(&b), texts[i].mentions);
	}
	buf_free(&b);
}

TEST("a text is searched only if it may mention a key that is not its own")
{
	const char *body = "{\"a\":\"<p>DEMO-T1</p>\",\"b\":{\"$ref\":\"case/DEMO-T2\"}}";

	CHECK(mention_is_own("DEMO-T1|DEMO-R2|0", "DEMO-R2", 7));
	CHECK(!mention_is_own("DEMO-T12|DEMO-R2|0", "DEMO-T1", 7));
	CHECK(mention_may_occur(body, "DEMO", "T", ""));
	CHECK(!mention_may_occur(body, "DEMO", "T", "DEMO-T1 DEMO-T2"));
	CHECK(!mention_may_occur(body, "DEMO", "RPE", ""));
	CHECK(!mention_may_occur(body, "OTHER", "T", ""));
}
