# command-line-arguments
./words.go:9:10: leaking param: lang
./words.go:9:16: leaking param: word
./words.go:10:20: ... argument does not escape
./words.go:10:33: lang escapes to heap
./words.go:10:54: strings.ToLower(word) escapes to heap
./words.go:10:62: length escapes to heap
./words.go:14:12: leaking param: lang
./words.go:14:25: leaking param content: words
./words.go:15:16: make(map[string]int) escapes to heap
