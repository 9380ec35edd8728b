# command-line-arguments
./statements.go:17:26: map[string][]int{...} escapes to heap
./statements.go:17:32: []int{...} escapes to heap
./statements.go:15:10: func literal does not escape
./statements.go:25:7: func literal does not escape
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
./statements.go:35:5: index bounds check elided
./statements.go:35:22: index bounds check elided
