# command-line-arguments
./interface.go:11:6: can inline (*square).grow
./interface.go:22:8: inlining call to (*square).grow
./interface.go:27:13: inlining call to fmt.Println
./interface.go:31:13: inlining call to fmt.Println
./interface.go:11:7: s does not escape
./interface.go:11:23: by does not escape
./interface.go:14:14: leaking param: s
./interface.go:15:2: moved to heap: by
./interface.go:20:20: s does not escape
./interface.go:27:13: ... argument does not escape
./interface.go:27:14: 42 escapes to heap
./interface.go:28:7: &square{...} escapes to heap
./interface.go:31:13: ... argument does not escape
./interface.go:31:15: s.side escapes to heap
