# command-line-arguments
./large.go:5:11: b does not escape
./large.go:9:6: moved to heap: large
./large.go:12:11: make([]byte, 65535) does not escape
./large.go:13:11: make([]byte, 65537) escapes to heap
