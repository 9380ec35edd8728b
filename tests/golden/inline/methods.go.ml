# command-line-arguments
./methods.go:55:14: devirtualizing x.Len to wrapper
./methods.go:55:29: partially devirtualizing x.Name to wrapper
./methods.go:6:7: leaking param: i to result ~r0 level=0
./methods.go:25:10: leaking param: v
./methods.go:28:2: moved to heap: o
./methods.go:30:8: o.inner.Value does not escape
./methods.go:34:13: o escapes to heap
./methods.go:39:7: f does not escape
./methods.go:42:14: func literal does not escape
./methods.go:48:7: leaking param: w
./methods.go:50:18: leaking param: n
./methods.go:54:13: wrapper{...} does not escape
