// A pointer sent on a channel: the receiver may be any goroutine, with any lifetime.
package main

type Hello struct{ name string }

func main() {
	ch := make(chan *Hello, 1)
	ch <- &Hello{name: "world"}
	println((<-ch).name)

	values := make(chan Hello, 1)
	values <- Hello{name: "copied"}
	println((<-values).name)
}
