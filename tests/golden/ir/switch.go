// SWITCH: cases with several values, one that falls through, a default in the middle; without a tag the cases are conditions.
package p

func switches(n int, s string) int {
	switch x := n * 2; x {
	case 1, 2:
		n++
		fallthrough
	default:
		n--
	case 4:
		return 4
	}
	switch {
	case n > 2 && s == "a":
		return 5
	case s > "b":
	}
	switch s {
	case "x", "y":
		n = 7
	}
	return n
}
