# command-line-arguments
./bodyless.go:6:14: leaking param: ~p0
./bodyless.go:6:17: leaking param: ~p1
./bodyless.go:6:35: assuming ~p2 is unsafe uintptr
./bodyless.go:9:27: assuming ~p1 is unsafe uintptr
./bodyless.go:13:12: ptr does not escape
./bodyless.go:13:32: assuming n is unsafe uintptr
./bodyless.go:17:10: leaking param: p
./bodyless.go:18:6: moved to heap: x
./bodyless.go:20:6: moved to heap: y
