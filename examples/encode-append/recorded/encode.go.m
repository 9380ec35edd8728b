# command-line-arguments
./encode.go:6:6: can inline EncodeUint64
./encode.go:12:6: can inline main
./encode.go:16:22: inlining call to EncodeUint64
./encode.go:6:19: leaking param: dst to result ~r0 level=0
./encode.go:7:15: append escapes to heap
./encode.go:16:22: append does not escape
