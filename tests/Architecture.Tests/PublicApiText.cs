using System.Reflection;
using System.Text;

namespace HostStack.Architecture.Tests;

/// <summary>Prints what an assembly offers, one line a member, sorted: a text that changes only when the API does.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler adds to every record and value says nothing about our API.
    private static readonly string[] Generated =
        ["Equals", "GetHashCode", "ToString", "Deconstruct", "PrintMembers", "<Clone>$", "op_Equality", "op_Inequality", "EqualityContract"];

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type, full: true)).Append(Bases(type)).Append('\n');
            foreach (var member in Members(type).Distinct().Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<Enum>().Select(static value => $"{value:G} = {value:D}");
        }

        var fields = type.GetFields(Declared).Where(static f => f.IsPublic || f.IsFamily)
            .Select(static f => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}");
        var properties = type.GetProperties(Declared).Where(static p => IsVisible(p.GetMethod) || IsVisible(p.SetMethod))
            .Where(static p => !Generated.Contains(p.Name))
            .Select(static p => $"{(p.GetMethod?.IsStatic == true ? "static " : "")}{Name(p.PropertyType)} {p.Name} {{ {Accessors(p)}}}");
        var methods = type.GetMethods(Declared).Where(static m => IsVisible(m) && !Generated.Contains(m.Name))
            .Where(static m => !m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal))
            .Select(static m => $"{(m.IsStatic ? "static " : "")}{Name(m.ReturnType)} {m.Name}{Arity(m)}({Parameters(m)})");
        var constructors = type.GetConstructors(Declared).Where(static c => c.IsPublic || (c.IsFamily && !c.DeclaringType!.IsSealed))
            .Select(static c => $"new({Parameters(c)})");
        var events = type.GetEvents(Declared).Where(static e => IsVisible(e.AddMethod))
            .Select(static e => $"event {Name(e.EventHandlerType!)} {e.Name}");
        return fields.Concat(properties).Concat(methods).Concat(constructors).Concat(events);
    }

    private static bool IsVisible(MethodInfo? method) => method is not null && (method.IsPublic || method.IsFamily);

    private static string Accessors(PropertyInfo property)
    {
        var set = IsVisible(property.SetMethod)
            ? property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init; " : "set; "
            : "";
        return (IsVisible(property.GetMethod) ? "get; " : "") + set;
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsByRefLike: true } => "ref struct",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Bases(Type type)
    {
        if (type.IsEnum)
        {
            return " : " + Name(Enum.GetUnderlyingType(type));
        }

        var bases = type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? new[] { Name(parent) } : [];
        var own = type.GetInterfaces().Where(i => i.IsVisible && !i.Name.StartsWith("IEquatable", StringComparison.Ordinal))
            .Select(static i => Name(i)).Order(StringComparer.Ordinal);
        var all = string.Join(", ", bases.Concat(own));
        return all.Length == 0 ? "" : " : " + all;
    }

    private static string Arity(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(static a => a.Name))}>" : "";

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(static p => $"{Name(p.ParameterType)} {p.Name}{(p.IsOptional ? "?" : "")}"));

    private static string Name(Type type, bool full = false)
    {
        if (type.IsByRef)
        {
            return "ref " + Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = full && type.FullName is { } fullName ? fullName : type.IsNested ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        var tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(static a => Name(a)))}>";
    }
}
