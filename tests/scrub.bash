# Sourced by whatever tests: what the person who runs it has set, unset.
scrub_settings() {
	local v
	for v in $(compgen -e); do
		case $v in
		ZTOQ_*|ZEPHYR_*|QTEST_*|JIRA_*|PG*|*_proxy|*_PROXY|NO_COLOR) unset "$v" ;;
		esac
	done
}
