// A global: any goroutine may read it at any time, so what it refers to lives on the heap.
package main

type config struct{ name string }

var current *config

//go:noinline
func load(name string) {
	current = &config{name: name}
}

//go:noinline
func peek(name string) int {
	c := &config{name: name}
	return len(c.name)
}

func main() {
	load("world")
	println(peek("hello"), current.name)
}
