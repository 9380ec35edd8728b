# command-line-arguments
./params.go:12:11: leaking param: p
./params.go:13:18: leaking param content: p
./params.go:14:11: p does not escape
./params.go:15:13: leaking param: p to result ~r0 level=0
./params.go:16:12: leaking param: p to result ~r0 level=1
./params.go:17:11: leaking param: p to result ~r0 level=0
./params.go:18:13: leaking param: a to result y level=0
./params.go:18:16: leaking param: b to result x level=0
./params.go:19:15: leaking param: ps
./params.go:20:19: ps does not escape
./params.go:21:11: leaking param content: a
./params.go:21:14: leaking param content: b
./params.go:22:11: n does not escape
./params.go:22:20: leaking param: v
./params.go:23:12: leaking param: n to result ~r0 level=3
./params.go:24:12: leaking param: p to result q level=0
./params.go:28:20: p does not escape
./params.go:29:7: leaking param: n to result ~r0 level=0
./params.go:29:23: leaking param: v
./params.go:33:7: leaking param: n to result ~r0 level=0
./params.go:36:2: moved to heap: a
./params.go:42:6: moved to heap: d
./params.go:44:6: moved to heap: e
./params.go:45:10: ... argument escapes to heap
./params.go:46:14: ... argument does not escape
./params.go:48:14: new(int) escapes to heap
./params.go:49:14: new(int) escapes to heap
