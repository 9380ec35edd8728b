// SLICELIT of constants, of variables, with a KEY for an index, of pointers (PTRLIT), nested, empty.
package p

type T struct{ n int }

func literals(x int) ([]int, []int, []string, []*T, [][]int, []byte) {
	a := []int{1, 2, 3}
	b := []int{x, x + 1}
	c := []string{3: "d", 0: "a"}
	d := []*T{{1}, {x}, nil}
	e := [][]int{{}, {x}, nil}
	return a, b, c, d, e, []byte{}
}
