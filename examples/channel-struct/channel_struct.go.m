# command-line-arguments
./channel_struct.go:6:6: can inline main
./channel_struct.go:8:2: moved to heap: name
