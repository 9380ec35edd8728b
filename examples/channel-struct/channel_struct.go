// A struct sent on a channel is copied, but what its pointers refer to is not: that goes to the heap.
package main

type Hello struct{ name *string }

func main() {
	ch := make(chan Hello, 1)
	name := "world"
	ch <- Hello{name: &name}
	println(*(<-ch).name)
}
