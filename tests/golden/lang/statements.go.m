# command-line-arguments
./statements.go:21:6: can inline pair
./statements.go:15:10: can inline init.func1
./statements.go:23:6: can inline init.0
./statements.go:25:7: can inline init.1.func1
./statements.go:24:6: can inline init.1
./statements.go:45:6: can inline channels
./statements.go:60:6: can inline control
./statements.go:85:6: can inline complexes
./statements.go:96:6: can inline (*rec).get
./statements.go:105:6: can inline chain
./statements.go:14:14: inlining call to pair
./statements.go:15:37: inlining call to init.func1
./statements.go:26:3: inlining call to init.1.func1
./statements.go:107:15: inlining call to (*rec).get
./statements.go:17:26: map[string][]int{...} escapes to heap
./statements.go:17:32: []int{...} escapes to heap
./statements.go:29:28: s does not escape
./statements.go:29:38: p does not escape
./statements.go:45:15: in does not escape
./statements.go:45:30: out does not escape
./statements.go:45:47: done does not escape
./statements.go:45:68: moved to heap: n
./statements.go:46:6: moved to heap: v
./statements.go:60:21: leaking param content: xs
./statements.go:65:15: append escapes to heap
./statements.go:96:7: leaking param content: r
./statements.go:99:7: &rec{...} escapes to heap
./statements.go:105:12: leaking param: r
./statements.go:107:15: &rec{...} escapes to heap
./statements.go:35:5: index bounds check elided
./statements.go:35:22: index bounds check elided
