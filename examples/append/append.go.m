# command-line-arguments
./append.go:7:7: leaking param content: l
./append.go:8:18: append escapes to heap
./append.go:15:13: append escapes to heap
./append.go:21:18: leaking param: dst to result ~r0 level=0
./append.go:23:15: append escapes to heap
