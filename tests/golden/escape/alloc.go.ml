# command-line-arguments
./alloc.go:50:9: devirtualizing i.M to S
./alloc.go:10:7: s does not escape
./alloc.go:11:7: leaking param: s to result ~r0 level=0
./alloc.go:28:6: moved to heap: big
./alloc.go:19:11: make([]int, 10) does not escape
./alloc.go:20:11: make([]int, n) does not escape
./alloc.go:21:11: make([]int, 10, n) does not escape
./alloc.go:22:11: make([]int, 0, 70000) escapes to heap
./alloc.go:24:11: make(map[string]int) does not escape
./alloc.go:30:10: new([131072]byte) escapes to heap
./alloc.go:32:10: new(int) does not escape
./alloc.go:37:7: &S{} escapes to heap
./alloc.go:38:7: &S{...} escapes to heap
./alloc.go:39:11: []*S{...} does not escape
./alloc.go:40:20: map[string]*S{...} does not escape
./alloc.go:41:20: map[string]*S{...} escapes to heap
./alloc.go:41:26: &S{...} escapes to heap
./alloc.go:45:9: &S{...} escapes to heap
./alloc.go:48:13: leaking param: s
./alloc.go:48:18: leaking param: p
./alloc.go:49:12: s does not escape
./alloc.go:51:7: s escapes to heap
./alloc.go:53:7: n escapes to heap
./alloc.go:54:7: "constant" escapes to heap
./alloc.go:55:7: 3 escapes to heap
./alloc.go:56:15: struct {}{} escapes to heap
./alloc.go:57:22: n does not escape
./alloc.go:68:8: n escapes to heap
./alloc.go:71:11: b does not escape
./alloc.go:71:21: s does not escape
./alloc.go:71:31: r does not escape
./alloc.go:72:12: string(b) does not escape
./alloc.go:73:17: string(b) escapes to heap
./alloc.go:75:14: ([]byte)(s) does not escape
./alloc.go:75:14: zero-copy string->[]byte conversion
./alloc.go:76:14: ([]byte)(s) escapes to heap
./alloc.go:77:19: ([]byte)(s) does not escape
./alloc.go:77:19: zero-copy string->[]byte conversion
./alloc.go:79:14: ([]rune)(s) does not escape
./alloc.go:81:21: map[string]int{} does not escape
./alloc.go:82:15: string(b) does not escape
./alloc.go:83:21: s + string(x) + "c" does not escape
./alloc.go:83:18: string(x) does not escape
./alloc.go:85:23: s + string(r) + string(n) escapes to heap
./alloc.go:85:20: string(r) does not escape
./alloc.go:85:32: string(n) does not escape
./alloc.go:88:14: leaking param content: xs
./alloc.go:88:25: b does not escape
./alloc.go:88:35: s does not escape
./alloc.go:90:16: append does not escape
./alloc.go:91:12: append does not escape
./alloc.go:92:20: make([]byte, 10) does not escape
./alloc.go:92:12: append does not escape
./alloc.go:93:21: new(int) escapes to heap
./alloc.go:93:13: append does not escape
./alloc.go:95:15: append escapes to heap
./alloc.go:98:23: leaking param: s to result ~r0 level=0
