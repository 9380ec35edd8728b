// TYPESW: each clause has a variable of its own with the type of the case; with several types it is that of the operand.
package p

func typeSwitch(v any) int {
	switch x := v.(type) {
	case nil:
		return 0
	case int:
		return x
	case string, []byte:
		_ = x
		return 2
	case error:
		return len(x.Error())
	case interface{ Len() int }:
		return x.Len()
	}
	switch v.(type) {
	case bool:
		return 5
	}
	return -1
}
