# command-line-arguments
./unknown_size.go:5:12: s does not escape
./unknown_size.go:14:11: make([]int, n) does not escape
./unknown_size.go:20:11: make([]int, 1024) does not escape
