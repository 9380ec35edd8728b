// A size that is known at compile time beside one that is not.
package main

//go:noinline
func total(s []int) (t int) {
	for _, v := range s {
		t += v
	}
	return t
}

//go:noinline
func variable(n int) int {
	s := make([]int, n)
	return total(s)
}

//go:noinline
func constant() int {
	s := make([]int, 1024)
	return total(s)
}

func main() {
	println(variable(1024), constant())
}
