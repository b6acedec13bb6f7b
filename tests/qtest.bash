# Loaded by the tests that send requests to the qTest of zmock themselves.

# q METHOD PATH [BODY]: send a request to project 1 of qTest; sets $code and $body
q() {
	mock_answer "$1" "/api/v3/projects/1/$2" "${3-}" \
	    "${3+Content-Type: application/json$'\r\n'}Authorization: bearer $ZT_QTEST"
}
# make KIND [QUERY [MEMBERS]]: create an object; sets $id
make() {
	q POST "$1${2-}" "{\"name\":\"n\",\"properties\":[]${3-}}"
	[[ $code == 20[01] ]]
	id=$(j .id)
}
