"""What goesc's values look like in gdb:

    gdb -x scripts/gdb/goesc.py --args build/goesc build -gcflags=-m x.go

    p n->p              a Pos is file:line:column, not a number
    p fn->nname->sym    a Name is its text; so is a Str, and what a StrBuf holds
    p n->type           a Type is as Go writes it
    p n                 an IrNode is its operation, what it is called, its type and its position
    pos 0x…             a position that stands somewhere as a number
    ir-show FN          an IrFunc (or its IrName) as -d=ir prints it; the process must be running
    ir-node NODE [FN]   a node with all below it, likewise

All but the last two read memory only, so they also serve with a core file. Build with `make debug` for the whole truth:
what the optimizer has removed gdb cannot show."""
import gdb

TOO_DEEP = 8  # types may contain themselves


def enum_name(value, enum, prefix):
    """The name of the enum's constant with that value, without the prefix."""
    for f in gdb.lookup_type(enum).fields():
        if f.enumval == int(value):
            return f.name[len(prefix):]
    return str(int(value))


def name_text(p):
    """The text of a `const Name *`."""
    p = p.cast(gdb.lookup_type("Name").pointer())
    return p["s"].cast(gdb.lookup_type("char").pointer()).string("utf-8", "replace", int(p["n"]))


def pos_text(value):
    """What pos_format prints: the file as messages show it, and the line and column in the real file."""
    v = int(value)
    base, line, col = v >> 44, v >> 20 & 0xFFFFFF, v & 0xFFFFF
    if v == 0:
        return "<no position>"
    try:
        chunks = gdb.lookup_static_symbol("chunks").value()
        bits = int(gdb.parse_and_eval("CHUNK_BITS"))
        entry = chunks[base >> bits]["v"][base & (1 << bits) - 1]
        file = entry["filename"].string("utf-8", "replace")
    except (gdb.error, AttributeError):
        file = f"<base {base}>"
    return f"{file}:{line}:{col}"


def list_text(items, sep, depth):
    return sep.join(type_text(t, depth) for t in items)


def variables(tuple_):
    """The variables of a `Tuple *`, NULL being the empty one."""
    if not int(tuple_):
        return []
    return [tuple_["vars"][i] for i in range(int(tuple_["n"]))]


def object_text(obj):
    text = name_text(obj["name"])
    if int(obj["pkg"]) and int(obj["pkg"]["name"]):
        text = name_text(obj["pkg"]["name"]) + "." + text
    return text


def signature_text(s, depth):
    """A signature, without the word func."""
    params = [type_text(v["typ"], depth) for v in variables(s["params"])]
    if s["variadic"] and params and params[-1].startswith("[]"):
        params[-1] = "..." + params[-1][2:]
    results = [type_text(v["typ"], depth) for v in variables(s["results"])]
    text = "(" + ", ".join(params) + ")"
    if len(results) == 1:
        text += " " + results[0]
    elif results:
        text += " (" + ", ".join(results) + ")"
    return text


def type_text(t, depth=0):
    """A `Type *` as Go writes it."""
    if not int(t):
        return "nil"
    if depth > TOO_DEEP:
        return "…"
    kind = enum_name(t["kind"], "TypeKind", "TK_")

    def as_(struct):
        return t.cast(gdb.lookup_type(struct).pointer())

    def sub(x):
        return type_text(x, depth + 1)

    if kind == "BASIC":
        return name_text(as_("Basic")["name"])
    if kind == "NAMED":
        n = as_("Named")
        if not int(n["inst"]):
            return object_text(n["obj"])
        args = n["inst"]["targs"]
        listed = [sub(args["v"][i]) for i in range(int(args["n"]) if int(args) else 0)]
        return object_text(n["inst"]["orig"]["obj"]) + "[" + ",".join(listed) + "]"
    if kind in ("TYPE_PARAM", "ALIAS"):
        return object_text(as_("TypeParam" if kind == "TYPE_PARAM" else "Alias")["obj"])
    if kind == "POINTER":
        return "*" + sub(as_("Pointer")["base"])
    if kind == "SLICE":
        return "[]" + sub(as_("Slice")["elem"])
    if kind == "ARRAY":
        return f"[{int(as_('Array')['len'])}]" + sub(as_("Array")["elem"])
    if kind == "MAP":
        return f"map[{sub(as_('MapT')['key'])}]{sub(as_('MapT')['elem'])}"
    if kind == "CHAN":
        return "chan " + sub(as_("Chan")["elem"])
    if kind == "TUPLE":
        return "(" + ", ".join(sub(v["typ"]) for v in variables(as_("Tuple"))) + ")"
    if kind == "SIGNATURE":
        return "func" + signature_text(as_("Signature"), depth + 1)
    if kind == "STRUCT":
        s = as_("Struct")
        fields = [s["fields"][i] for i in range(int(s["nfields"]))]
        return "struct{" + "; ".join(f"{name_text(f['name'])} {sub(f['typ'])}" for f in fields) + "}"
    if kind == "INTERFACE":
        s = as_("Interface")
        methods = [name_text(s["methods"][i]["name"]) for i in range(int(s["nmethods"]))]
        methods += [sub(s["embeddeds"][i]) for i in range(int(s["nembeddeds"]))]
        return "interface{" + "; ".join(methods) + "}"
    return kind.lower()


def node_text(n):
    """An `IrNode *` in a line."""
    op = enum_name(n["op"], "IrOp", "O")
    text = op
    if op == "NAME":
        text += " " + name_text(n.cast(gdb.lookup_type("IrName").pointer())["sym"])
    elif op == "DCLFUNC":
        text += " " + name_text(n.cast(gdb.lookup_type("IrFunc").pointer())["nname"]["sym"])
    if int(n["type"]):
        text += " " + type_text(n["type"])
    return f"{text} # {pos_text(n['p'])}"


class Printer:
    def __init__(self, text):
        self.text = text

    def to_string(self):
        return self.text


NODES = {"IrNode", "IrName", "IrFunc"}
TYPES = {"Type", "Basic", "Named", "TypeParam", "Alias", "Signature", "Interface", "Struct", "Tuple", "Union", "MapT", "Chan",
         "Pointer", "Slice", "Array"}


def printer(value):
    """gdb asks this for each value that it prints; None: it prints it in its own way."""
    t = value.type.unqualified()
    try:
        if t.name == "Pos":
            return Printer(pos_text(value))
        if t.name == "Str":
            return Printer(value["p"].string("utf-8", "replace", int(value["n"])) if int(value["n"]) else "")
        if t.name == "StrBuf":
            return Printer(value["buf"].string("utf-8", "replace", int(value["n"])) if int(value["n"]) else "")
        if t.code != gdb.TYPE_CODE_PTR or not int(value):
            return None
        to = t.target().unqualified().name
        address = f"({to} *) {int(value):#x} "
        if to == "Name":
            return Printer(name_text(value))
        if to in TYPES:
            return Printer(address + type_text(value.cast(gdb.lookup_type("Type").pointer())))
        if to in NODES:
            return Printer(address + node_text(value.cast(gdb.lookup_type("IrNode").pointer())))
    except gdb.error:  # not initialised, or not there: as without us
        pass
    return None


class PosCommand(gdb.Command):
    """pos EXPR: the file, line and column of a position."""

    def __init__(self):
        super().__init__("pos", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        print(pos_text(gdb.parse_and_eval(argument)))


class ShowCommand(gdb.Command):
    """ir-show FN: a function of the IR, as -d=ir prints it. FN is an IrFunc or the IrName of one."""

    def __init__(self):
        super().__init__("ir-show", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        fn = gdb.parse_and_eval(argument)
        if fn.type.unqualified().target().unqualified().name == "IrName":
            fn = fn["func"]
        gdb.parse_and_eval(f"ir_show((void *){int(fn)})")


class NodeCommand(gdb.Command):
    """ir-node NODE [FN]: a node of the IR with all below it; names of FN's package are not qualified."""

    def __init__(self):
        super().__init__("ir-node", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        fn = int(gdb.parse_and_eval(words[1])) if len(words) > 1 else 0
        gdb.parse_and_eval(f"ir_show_node((void *){int(gdb.parse_and_eval(words[0]))}, (void *){fn})")


gdb.pretty_printers.append(printer)
PosCommand()
ShowCommand()
NodeCommand()
