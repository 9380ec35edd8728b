# command-line-arguments
./closures.go:7:2: moved to heap: n
./closures.go:8:9: func literal escapes to heap
./closures.go:15:9: func literal escapes to heap
./closures.go:20:7: func literal does not escape
./closures.go:26:2: moved to heap: a
./closures.go:28:3: moved to heap: b
./closures.go:27:9: func literal escapes to heap
./closures.go:29:10: func literal escapes to heap
./closures.go:38:8: func literal does not escape
./closures.go:47:2: moved to heap: x
./closures.go:49:5: func literal escapes to heap
./closures.go:62:9: moved to heap: s
./closures.go:60:19: func literal escapes to heap
./closures.go:60:14: append does not escape
./closures.go:62:28: []string{...} does not escape
./closures.go:63:19: func literal escapes to heap
./closures.go:63:14: append does not escape
./closures.go:64:9: func literal escapes to heap
./closures.go:75:7: leaking param: t to result ~r0 level=0
./closures.go:77:19: leaking param: t
./closures.go:78:8: t.self does not escape
./closures.go:80:9: t.self escapes to heap
