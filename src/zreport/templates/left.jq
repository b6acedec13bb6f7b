# Print a line for each project with losses: the parts that are not in qTest.
.projects[] | select(.left.words != "") | "\(.project): \(.left.words)"
