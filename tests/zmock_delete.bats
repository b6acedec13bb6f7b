# zmock deletes objects, with those that depend on them, as a real qTest does.
load helper
load qtest

# make_case [MODULE]: create an approved case; sets $case
make_case() {
	make test-cases '' "${1+,\"parent_id\":$1}"
	case=$id
	q PUT "test-cases/$case/approve"
}
# make_run PARENT TYPE: create a run with a log; sets $run
make_run() {
	make test-runs "?parentId=$1&parentType=$2" ",\"test_case\":{\"id\":$case}"
	run=$id
	q POST "test-runs/$run/test-logs" '{"status":{"id":601},"exe_start_date":"2020-05-17T09:30:00Z","exe_end_date":"2020-05-17T09:31:00Z"}'
	[ "$code" = 201 ]
	log=$(j .id)
}
# answer METHOD PATH STATUS [KEYS]: an answer has this status and members, - for no body
answer() {
	q "$1" "$2"
	[ "$code" = "$3" ] || { echo "$1 $2: $code"; return 1; }
	[ $# -lt 4 ] || [ "${body:--}" = "$4" ] || [ "$(j 'keys | join(" ")')" = "$4" ]
}
count() { mock_get size | jq -r "[.qtest | $1] | join(\" \")"; }

@test "each kind is deleted with the body that the vendor describes, and a second time is a 404" {
	local path
	mock
	make_case
	make modules; answer DELETE "modules/$id" 200 message; answer DELETE "modules/$id" 404
	make test-cycles '?parentId=0&parentType=root'
	answer DELETE "test-cycles/$id" 200 message; answer DELETE "test-cycles/$id" 404
	make_run 0 root
	answer DELETE "test-runs/$run" 200 message; answer DELETE "test-runs/$run" 404
	answer GET "test-runs/$run/test-logs/$log" 404
	answer DELETE "test-cases/$case" 200 -; answer DELETE "test-cases/$case" 404
	make releases
	make builds '' ",\"release\":{\"id\":$id}"
	for path in "builds/$id" "$(make releases; echo "releases/$id")" \
	    "$(make requirements; echo "requirements/$id")" \
	    "$(make test-suites '?parentId=0&parentType=root'; echo "test-suites/$id")"; do
		answer DELETE "$path" 200 ''
		[ "$body" = '{}' ]
		answer DELETE "$path" 404
	done
	answer DELETE "test-logs/$log" 404
	mock_stop
	mock --delete-body none
	make releases; answer DELETE "releases/$id" 200 -
}

@test "modules and cycles that are not empty need force, which deletes all below, and runs go with their case" {
	local top module cycle suite
	mock
	make modules; top=$id
	make modules "?parentId=$top"; module=$id
	make_case "$module"
	make requirements "?parentId=$module"
	make test-cycles '?parentId=0&parentType=root'; cycle=$id
	make test-suites "?parentId=$cycle&parentType=test-cycle"; suite=$id
	make_run "$suite" test-suite
	answer DELETE "modules/$top" 400
	answer DELETE "modules/$module?force=false" 400
	answer DELETE "test-cycles/$cycle" 400
	answer DELETE "test-suites/$suite" 400
	[ "$(count '.MD, .TC, .RQ, .CL, .TS, .TR, .TL')" = '2 1 1 1 1 1 1' ]
	answer DELETE "modules/$top?force=true" 200 message
	[ "$(count '.MD, .TC, .RQ, .CL, .TS, .TR, .TL')" = '0 0 0 1 1 0 0' ]
	make_case
	make_run "$suite" test-suite
	answer DELETE "test-cycles/$cycle?force=true" 200 message
	[ "$(count '.CL, .TS, .TR, .TL, .TC')" = '0 0 0 0 1' ]
	# a requirement does not keep its module from being deleted
	make modules; module=$id
	make requirements "?parentId=$module"
	answer DELETE "modules/$module" 200
	answer GET "requirements/$id" 404
	[ "$(mock_state | jq -c '[.[0] | .modules, .cycles, .requirements | length]')" = '[1,0,0]' ]
}

@test "--not-empty gone deletes suites, releases and builds with what is below" {
	local release suite
	mock --not-empty gone
	make_case
	make releases; release=$id
	make builds '' ",\"release\":{\"id\":$release}"
	make test-suites "?parentId=$release&parentType=release"; suite=$id
	make_run "$suite" test-suite
	answer DELETE "test-suites/$suite" 200
	[ "$(count '.RL, .BL, .TS, .TR')" = '1 1 0 0' ]
	answer DELETE "releases/$release" 200
	[ "$(count '.RL, .BL')" = '0 0' ]
}

@test "a field goes with its values, system fields stay, and a value in use is cleared or refused" {
	local field a b
	fields() {
		q POST settings/test-cases/fields '{"label":"Pick","data_type":17,"multiple":true,"allowed_values":[{"label":"a"},{"label":"b"}]}'
		field=$(j .id) a=$(j '.allowed_values[0].value') b=$(j '.allowed_values[1].value')
		q POST test-cases "{\"name\":\"n\",\"properties\":[{\"field_id\":$field,\"field_value\":\"[$a,$b]\"}]}"
		[ "$code" = 200 ]
		case=$(j .id)
	}
	picked() {
		q GET "test-cases/$case"
		j ".properties[] | select(.field_id == $field).field_value"
	}
	mock
	fields
	answer DELETE "settings/test-cases/fields/$field/allowed-values/$a" 200 ''
	[ "$(picked)" = "[$b]" ]
	answer DELETE "settings/test-cases/fields/$field/allowed-values/$a" 404
	answer DELETE "settings/test-cases/fields/$field/allowed-values/$b" 200
	[ "$(picked)" = '[]' ]
	answer DELETE "settings/test-cases/fields/$field" 200 ''
	[ -z "$(picked)" ]
	answer DELETE "settings/test-cases/fields/$field" 404
	answer DELETE "settings/test-cases/fields/4242" 400
	mock_stop
	mock --used-value refused
	fields
	answer DELETE "settings/test-cases/fields/$field/allowed-values/$a" 400
	q DELETE "test-cases/$case"
	answer DELETE "settings/test-cases/fields/$field/allowed-values/$a" 200
}

@test "--deleted readable answers deleted objects by their ids and lists them nowhere" {
	mock --deleted readable
	make modules; module=$id
	make_case "$module"
	make_run 0 root
	answer DELETE "modules/$module?force=true" 200
	for path in "modules/$module" "test-cases/$case" "test-runs/$run"; do
		answer GET "$path" 200
		[ "$(j .id)" = "${path#*/}" ]
	done
	answer DELETE "modules/$module?force=true" 404
	q PUT "test-cases/$case" '{"name":"x","properties":[]}'
	[ "$code" = 404 ]
	answer GET modules 200
	[ "$body" = '[]' ]
	q GET 'test-runs?parentId=0&parentType=root'
	[ "$(j .total)" = 0 ]
	# what was refused when it was created was never there
	q POST test-cases '{"name":"n","properties":[{"field_id":1}]}'
	[ "$code" = 400 ]
	answer GET "test-cases/$((case + 32))" 404
}

@test "the search index forgets deleted objects late, lists at once" {
	mock --clock 2026-01-01T00:00:00Z --lag 5s
	found() {
		q POST search '{"object_type":"test-cases","fields":["*"],"query":""}'
		j .total
	}
	make_case
	wait_for_index() { for _ in 1 2 3 4 5; do q GET modules; done; }
	wait_for_index
	[ "$(found)" = 1 ]
	q DELETE "test-cases/$case"
	q GET test-cases
	[ "$body" = '[]' ]
	[ "$(found)" = 1 ]
	wait_for_index
	[ "$(found)" = 0 ]
}
