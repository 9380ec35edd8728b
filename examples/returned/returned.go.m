# command-line-arguments
./returned.go:8:2: moved to heap: p
./returned.go:13:10: p does not escape
