# What stays behind in Zephyr, a line a project; none where nothing does.
.projects[] | select(.left.words != "") | "\(.project): \(.left.words)"
