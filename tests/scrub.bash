# scrub_settings: unset the settings of the user.
scrub_settings() {
	local v
	for v in $(compgen -e); do
		case $v in
		ZTOQ_*|ZEPHYR_*|QTEST_*|JIRA_*|PG*|*_proxy|*_PROXY|NO_COLOR) unset "$v" ;;
		esac
	done
}
