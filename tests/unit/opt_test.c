#include "test.h"

#include "base/opt.h"

static int flag, count, help;
static const char *str, *choice, *config, *own;
static int64_t num, dur;
static struct opt_list list, kept[64];	/* "kept for good" */
static int nkept;
static struct test_child c;

static struct opt first[] = {
	{ 'f', "flag", NULL, "a flag", OPT_FLAG, &flag, NULL, 0 },
	{ 'v', "verbose", NULL, "say more", OPT_COUNT, &count, NULL, 0 },
	{ 's', "some-text", "text", "a text", OPT_STR, &str, NULL, 0 },
	{ 'n', "num", "n", "a number", OPT_NUM, &num, NULL, 0 },
	{ 'h', "help", NULL, "this", OPT_FLAG, &help, "", 0 },
	{ .name = NULL }
};
static struct opt second[] = {
	{ 0, "deadline", "time", "a time", OPT_TIME, &dur, NULL, 0 },
	{ 0, "format", "text|json", "a word", OPT_CHOICE, &choice, NULL, 0 },
	{ 'l', "list", "x", "many", OPT_LIST, &list, NULL, 0 },
	{ 0, "config", "file", "more options", OPT_STR, &config, NULL, 0 },
	{ 0, "project", "key", "its own twin", OPT_STR, &own,
	    "ZEPHYR_PROJECT_KEY", 0 },
	{ .name = NULL }
};
static struct opt_set set = { .program = "prog", .operands = "[file]",
	.what = "does things", .tables = { first, second } };

static void
forget(void)
{
	static const char *const twins[] = {
		"ZTOQ_FLAG", "ZTOQ_VERBOSE", "ZTOQ_SOME_TEXT", "ZTOQ_NUM",
		"ZTOQ_DEADLINE", "ZTOQ_FORMAT", "ZTOQ_LIST", "ZTOQ_CONFIG",
		"ZEPHYR_PROJECT_KEY", "ZTOQ_HELP", "ZTOQ_PROJECT"
	};
	struct opt *o;
	size_t i;

	flag = count = help = 0;
	str = choice = config = own = NULL;
	num = dur = -1;
	kept[nkept++] = list;
	list = (struct opt_list){ 0 };
	for (o = first; o->name != NULL; o++)
		o->from = 0;
	for (o = second; o->name != NULL; o++)
		o->from = 0;
	for (i = 0; i < sizeof(twins) / sizeof(twins[0]); i++)
		unsetenv(twins[i]);
}

/* Parse a line split at blanks; return "index" or "code message". */
static const char *
go(const char *line)
{
	static char out[700], copy[300];
	char *argv[32] = { NULL }, *p;
	struct err e;
	int argc = 0, rc;

	snprintf(copy, sizeof(copy), "prog %s", line);
	for (p = strtok(copy, " "); p != NULL; p = strtok(NULL, " "))
		argv[argc++] = p;
	rc = opt_parse(&set, argc, argv, &e);
	if (rc == -1)
		snprintf(out, sizeof(out), "%d %s", e.code, e.msg);
	else
		snprintf(out, sizeof(out), "%d", rc);
	return out;
}

TEST("long, short, joined and clustered options are parsed") {
	forget();
	CHECK_STR(go("--flag --some-text=a=b --num 5 -vv file -f"), "6");
	CHECK_INT(flag, 1);
	CHECK_STR(str, "a=b");
	CHECK_INT(num, 5);
	CHECK_INT(count, 2);
	forget();
	CHECK_STR(go("-vfsx -n7 --verbose"), "4");
	CHECK_STR(str, "x");
	CHECK_INT(num, 7);
	CHECK_INT(count, 2);
	CHECK_INT(flag, 1);
	CHECK_INT(first[0].from, 'c');
	forget();
	CHECK_STR(go("-s -x -- -v"), "4");
	CHECK_STR(str, "-x");
	CHECK_INT(count, 0);
	CHECK_STR(go("- -v"), "1");
	CHECK_STR(go(""), "1");
}

TEST("an unknown option is refused with a hint") {
	forget();
	CHECK_STR(go("--nope"), "64 unknown option --nope; try prog -h");
	CHECK_STR(go("--nope=secret"),
	    "64 unknown option --nope; try prog -h");
	CHECK_STR(go("--fla"), "64 unknown option --fla; try prog -h");
	CHECK_STR(go("--flagg"), "64 unknown option --flagg; try prog -h");
	CHECK_STR(go("-vX"), "64 unknown option -X; try prog -h");
	CHECK_STR(go("--num"),
	    "64 a value is missing after --num; try prog -h");
	CHECK_STR(go("-vn"), "64 a value is missing after -n; try prog -h");
	CHECK_STR(go("--flag=1"),
	    "64 no value is allowed after --flag; try prog -h");
}

TEST("numbers, times, words and lists are parsed") {
	forget();
	CHECK_STR(go("-n 3k --deadline 90 --format json -l a --list b,c"), "11");
	CHECK_INT(num, 3000);
	CHECK_INT(dur, 90000);
	CHECK_STR(choice, "json");
	CHECK_INT(list.n, 2);
	CHECK_STR(list.v[1], "b,c");
	go("-n 2M --deadline 250ms");
	CHECK_INT(num, 2000000);
	CHECK_INT(dur, 250);
	go("-n 0 --deadline 5m");
	CHECK_INT(num, 0);
	CHECK_INT(dur, 300000);
	go("--deadline 2h");
	CHECK_INT(dur, 7200000);
	CHECK_STR(go("-n 5x"),
	    "64 -n: 5x is not a number (examples: 20, 5k, 1M)");
	CHECK(strncmp(go("-n -5"), "64 ", 3) == 0);
	CHECK(strncmp(go("-n 1.5k"), "64 ", 3) == 0);
	CHECK(strncmp(go("-n 99999999999999999999"), "64 ", 3) == 0);
	CHECK(strncmp(go("-n 9223372036854775807M"), "64 ", 3) == 0);
	CHECK_STR(go("--deadline=soon"), "64 --deadline: soon is not a duration (examples: 90, "
	    "250ms, 5m, 2h)");
	CHECK_STR(go("--format=xml"),
	    "64 --format: xml is not one of text|json");
	CHECK(strncmp(go("--format=tex"), "64 ", 3) == 0);
}

static void
write_config(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

TEST("the command line overrides the environment, the environment the file, the file the default") {
	char path[] = "/tmp/ztoq-opt-XXXXXX", line[80];

	forget();
	close(mkstemp(path));
	write_config(path, "# mine\n\nZTOQ_NUM=1\nexport ZTOQ_FORMAT = json\n"
	    "ZTOQ_SOME_TEXT='a # b'  # why\nZTOQ_LIST=x,y\nZTOQ_FLAG=yes\r\n"
	    "QTEST_API_TOKEN=\"t\\\"o\\\\k$en\"\nOTHER=a b  # c\n"
	    "ZEPHYR_PROJECT_KEY=P#1\nEMPTY=\nLAST=no LF");
	snprintf(line, sizeof(line), "-v --config %s", path);
	CHECK_STR(go(line), "4");
	CHECK_INT(num, 1);
	CHECK_INT(first[3].from, 'f');
	CHECK_STR(choice, "json");
	CHECK_STR(str, "a # b");
	CHECK_INT(list.n, 2);
	CHECK_INT(flag, 1);
	CHECK_STR(own, "P#1");
	CHECK_STR(opt_value("QTEST_API_TOKEN"), "t\"o\\k$en");
	CHECK_STR(opt_value("OTHER"), "a b");
	CHECK_STR(opt_value("LAST"), "no LF");
	CHECK(opt_value("EMPTY") == NULL && opt_value("NONE") == NULL);
	setenv("OTHER", "env", 1);
	CHECK_STR(opt_value("OTHER"), "env");
	forget();
	setenv("ZTOQ_NUM", "2", 1);
	setenv("ZTOQ_FORMAT", "", 1);
	setenv("ZTOQ_HELP", "1", 1);
	setenv("ZTOQ_CONFIG", path, 1);
	CHECK_STR(go("-s mine"), "3");
	CHECK_INT(num, 2);
	CHECK_INT(first[3].from, 'e');
	CHECK_STR(choice, "json");
	CHECK_STR(str, "mine");
	CHECK_INT(help, 0);
	unlink(path);
}

TEST("a wrong value in the environment or in the file is reported") {
	char path[] = "/tmp/ztoq-opt-XXXXXX", line[80], want[200];

	forget();
	setenv("ZTOQ_NUM", "many", 1);
	CHECK_STR(go(""), "78 ZTOQ_NUM: many is not a number (examples: 20, 5k, 1M)");
	CHECK_STR(go("-h"), "2");
	forget();
	setenv("ZTOQ_FLAG", "maybe", 1);
	CHECK_STR(go(""), "78 ZTOQ_FLAG: maybe is neither yes nor no");
	forget();
	CHECK_STR(go("--config /nowhere/x"),
	    "66 settings file /nowhere/x (--config or ZTOQ_CONFIG): No such file or "
	    "directory");
	close(mkstemp(path));
	write_config(path, "A=1\nthe secret\n");
	snprintf(line, sizeof(line), "--config %s", path);
	snprintf(want, sizeof(want), "78 %s: line 2: expected KEY=value with all quotes closed", path);
	CHECK_STR(go(line), want);
	write_config(path, "A=1\nB='open\n");
	CHECK_STR(go(line), want);
	CHECK_STR(go("--config /tmp"), "66 /tmp: Is a directory");
	unlink(path);
}

static void
show(void *arg)
{
	(void)arg;
	opt_help(&set);
}

static void
print_list(void *arg)
{
	(void)arg;
	opt_list(&set);
}

TEST("--options prints letter, name, argument and environment variable of each option") {
	test_run(&c, print_list, NULL);
	CHECK_STR(c.out,
	    "-\tconfig\tfile\tZTOQ_CONFIG\n"
	    "-\tdeadline\ttime\tZTOQ_DEADLINE\n"
	    "f\tflag\t-\tZTOQ_FLAG\n"
	    "-\tformat\ttext|json\tZTOQ_FORMAT\n"
	    "h\thelp\t-\t-\n"
	    "l\tlist\tx\tZTOQ_LIST\n"
	    "n\tnum\tn\tZTOQ_NUM\n"
	    "-\tproject\tkey\tZEPHYR_PROJECT_KEY\n"
	    "s\tsome-text\ttext\tZTOQ_SOME_TEXT\n"
	    "v\tverbose\t-\tZTOQ_VERBOSE\n");
	set.listed = 0;
	CHECK_STR(go("--options"), "2");
	CHECK(set.listed);
}

TEST("help prints the synopsis and the sorted options") {
	test_run(&c, show, NULL);
	CHECK_STR(c.out,
	    "usage: prog [options] [file]\ndoes things\n\n"
	    "      --config file           more options\n"
	    "      --deadline time         a time\n"
	    "  -f, --flag                  a flag\n"
	    "      --format text|json      a word\n"
	    "  -h, --help                  this\n"
	    "  -l, --list x                many\n"
	    "  -n, --num n                 a number\n"
	    "      --project key           its own twin\n"
	    "  -s, --some-text text        a text\n"
	    "  -v, --verbose               say more\n");
}
