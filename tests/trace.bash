# Loaded by helper.bash and zmock.bats: the place of a failure is noted when a command fails.
# bats notes the place of each command before it runs, which costs more than most commands.

# trace_errors: do so in this test; with bats --trace, or a bats without these functions,
# nothing changes
trace_errors() {
	[ "${BATS_TRACE_LEVEL:-0}" -eq 0 ] || return 0
	declare -F bats_check_status_from_trap bats_capture_stack_trace >/dev/null || return 0
	trap - DEBUG
	trap note_error ERR
}
note_error() {
	bats_check_status_from_trap
	[ -z "$BATS_DEBUG_LAST_STACK_TRACE_IS_VALID" ] || return 0
	bats_capture_stack_trace
	BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
}
