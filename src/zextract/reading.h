#pragma once

struct attach;
struct lists;
struct names;
struct requests;
struct selection;
struct source;
struct todo;
struct unread;

/* What readers share: the source, and the states that requests and answers change. */
struct reading {
	struct source	*src;
	struct requests	*requests;
	struct todo	*todo;		/* of each enum reader_id */
	struct lists	*lists;
	struct names	*names;
	struct selection *selection;
	struct unread	*unread;
	struct attach	*attach;
};
