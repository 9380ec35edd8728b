// MAPLIT: a KEY for each pair; keys and values of composite types without their type.
package p

type K struct{ a, b int }

func literals(x int) (map[string]int, map[K][]int, map[any]*K) {
	a := map[string]int{"one": 1, "x": x}
	b := map[K][]int{{1, 2}: {3}, {x, x}: nil}
	c := map[any]*K{1: {x, 1}, "s": nil}
	return a, b, c
}
