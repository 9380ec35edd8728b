// Marks that end where the value ends.
package spans

// The slice is one of several results.
func several() ([]byte, error) {
	var buf [32]byte // explain
	return buf[:], nil
}

type list struct{ next *list }

// The loop over a function becomes a call, and the return in it an assignment.
func first(seq func(func(*list) bool)) *list {
	for l := range seq {
		x := list{l} // explain
		return &x
	}
	return nil
}

// An instance of a generic function has the source of the function.
func keep[T any](p **T, v T) { // explain
	*p = &v
}

var one *int

func instance(n int) []any {
	keep(&one, 1)
	text := any(string([]byte("a conversion in another")[n:]))
	return append([]any{text}, (n+1)*(n-1))
}
