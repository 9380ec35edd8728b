#!/bin/sh
# Makes the profiles that the tests read, with the go command at hand: tests/pprof/make.sh [FOLDER]
# They are committed because they never come out the same; run this only to replace them, and then UPDATE=1 the tests.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/profiles}
tmp=/tmp/pprof-make
rm -rf $tmp
mkdir -p "$out" $tmp/mod
cd "$(go env GOROOT)/src"
go test -run none -bench Encode -benchtime 200x -memprofile $tmp/json.mem -memprofilerate 512 -cpuprofile $tmp/json.cpu -o $tmp/json.test ./encoding/json
go test -run none -bench Decode -benchtime 100x -memprofile $tmp/json2.mem -memprofilerate 2048 -o $tmp/json.test ./encoding/json
go test -short -run 'Test[A-P]' -mutexprofile $tmp/http.mutex -memprofile $tmp/http.mem -cpuprofile $tmp/http.cpu -o $tmp/http.test ./net/http || true
go test -short -run 'TestServer' -blockprofile $tmp/http.block -o $tmp/http.test ./net/http || true
go test -short -run none -bench . -benchtime 20x -cpuprofile $tmp/sort.cpu -o $tmp/sort.test ./sort
cd $tmp/mod
cat >go.mod <<M
module example.com/mod

go 1.26
M
go get github.com/google/uuid@v1.6.0 github.com/tidwall/gjson@v1.18.0
go test -trimpath -run none -bench . -benchtime 2000x -memprofile $tmp/uuid.mem -memprofilerate 64 -o $tmp/uuid.test github.com/google/uuid
go test -trimpath -run Test -memprofile $tmp/gjson.mem -cpuprofile $tmp/gjson.cpu -o $tmp/gjson.test github.com/tidwall/gjson
cd "$here/work"
go test -trimpath -run none -bench Work -benchtime 500x -memprofile $tmp/work.mem -memprofilerate 1024 -o $tmp/work.test .
go test -trimpath -run none -bench Labels -benchtime 1s -cpuprofile $tmp/labels.cpu -o $tmp/work.test .
go test -trimpath -run Locks -mutexprofile $tmp/work.mutex -blockprofile $tmp/work.block -o $tmp/work.test .
GOROUTINES=$tmp/work.goroutine go test -trimpath -run Goroutines -o $tmp/work.test .
for f in $tmp/*.mem $tmp/*.cpu $tmp/*.block $tmp/*.mutex $tmp/*.goroutine; do
	[ "$(stat -c %s "$f")" -lt 200000 ] && cp "$f" "$out/" || echo "left out: $f"
done
rm -rf $tmp
