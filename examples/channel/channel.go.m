# command-line-arguments
./channel.go:6:6: can inline main
./channel.go:8:8: &Hello{...} escapes to heap
