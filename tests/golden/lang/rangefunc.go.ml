# command-line-arguments
./rangefunc.go:4:14: yield does not escape
./rangefunc.go:4:9: func literal escapes to heap
./rangefunc.go:13:12: leaking param: m
./rangefunc.go:14:14: yield does not escape
./rangefunc.go:14:9: func literal escapes to heap
./rangefunc.go:23:18: moved to heap: s
./rangefunc.go:24:2: moved to heap: #state1
./rangefunc.go:24:2: func literal escapes to heap
./rangefunc.go:30:12: leaking param: m
./rangefunc.go:31:6: leaking param: k
./rangefunc.go:30:31: moved to heap: #rv1
./rangefunc.go:30:39: moved to heap: #rv2
moved to heap: #next
./rangefunc.go:31:2: moved to heap: #state1
./rangefunc.go:31:9: moved to heap: v
./rangefunc.go:31:2: func literal escapes to heap
./rangefunc.go:40:2: moved to heap: t
moved to heap: #next
./rangefunc.go:42:2: moved to heap: #state1
./rangefunc.go:43:3: moved to heap: #state2
./rangefunc.go:42:2: func literal escapes to heap
./rangefunc.go:43:3: func literal escapes to heap
./rangefunc.go:57:2: moved to heap: #state1
./rangefunc.go:60:2: moved to heap: #state2
./rangefunc.go:57:2: func literal escapes to heap
./rangefunc.go:60:2: func literal escapes to heap
