#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

#include "fuzz.h"

/*
 * replay PATH...: run the target on each file, or each file of a directory, in its own
 * process.  Prints "ok N - FILE" as the unit tests do and "N passed, N failed" at the
 * end; the status is 1 if one failed or there is none.
 */
static int passed, failed;

static void
once(const char *path)
{
	struct buf b = { 0 };
	char part[4096];
	uint8_t *exact;
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL) {
		perror(path);
		_exit(1);
	}
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	/* of the exact size, so that reading beyond it is detected */
	if ((exact = malloc(b.len > 0 ? b.len : 1)) == NULL)
		abort();
	memcpy(exact, buf_str(&b), b.len);
	n = b.len;
	buf_free(&b);
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
}

static void
replay(const char *path)
{
	int st = -1;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		once(path);
		exit(0);		/* the sanitizer reports leaks here */
	}
	while (waitpid(pid, &st, 0) == -1)
		continue;
	st == 0 ? passed++ : failed++;
	printf("%sok %d - %s\n", st == 0 ? "" : "not ", passed + failed, path);
}

static int
shown(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
replay_all(const char *dir)
{
	struct dirent **v;
	char path[4096];
	int i, n = scandir(dir, &v, shown, alphasort);

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, v[i]->d_name);
		replay(path);
		free(v[i]);
	}
	if (n >= 0)
		free(v);
}

int
main(int argc, char **argv)
{
	struct stat st;
	int i;

	for (i = 1; i < argc; i++)
		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			replay_all(argv[i]);
		else
			replay(argv[i]);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
