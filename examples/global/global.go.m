# command-line-arguments
./global.go:9:11: leaking param: name
./global.go:10:12: &config{...} escapes to heap
./global.go:14:11: name does not escape
./global.go:15:7: &config{...} does not escape
