using System.Collections;
using System.Reflection;
using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.Host;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>Watches a host's credits from its loop: in flight and free are the controller's total after every step.</summary>
internal sealed class CreditWatch
{
    private static readonly FieldInfo Hci = Field(typeof(BluetoothHost), "_hci");
    private static readonly FieldInfo Epoch = Field(typeof(HciHost), "_epoch");

    private readonly HciHost _hci;

    public CreditWatch(BluetoothHost host)
    {
        _hci = (HciHost)Hci.GetValue(host)!;
        host.Loop.Idle += Check;
    }

    /// <summary>The first step after which the account was wrong, in words.</summary>
    public string? Violation { get; private set; }

    /// <summary>How many steps were checked.</summary>
    public long Steps { get; private set; }

    /// <summary>Packets that the controller has not completed.</summary>
    public int InFlight => Scheduler?.InFlight ?? 0;

    public HciCounters Counters => _hci.Counters;

    public bool IsOpen => _hci.State == HciHostState.Open;

    private AclScheduler? Scheduler => ((ControllerEpoch?)Epoch.GetValue(_hci))?.Context.Scheduler;

    private static FieldInfo Field(Type type, string name) =>
        type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new InvalidOperationException($"{type.Name} has no field {name} any more; the probe must follow.");

    private void Check()
    {
        Steps++;
        if (Scheduler is { } scheduler && Violation is null
            && (scheduler.Free < 0 || scheduler.InFlight < 0 || scheduler.Free + scheduler.InFlight != scheduler.Total))
        {
            Violation = $"credits after step {Steps}: {scheduler.Free} free + {scheduler.InFlight} in flight of {scheduler.Total}";
        }
    }
}

/// <summary>Finds every object of a kind that an object holds, however deep: a buffer pool that a new part brings is found
/// without anybody telling the tests.</summary>
internal static class Reachable
{
    private const BindingFlags AllFields =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<T> From<T>(object root)
        where T : class
    {
        var found = new List<T>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object>();
        waiting.Push(root);
        while (waiting.TryPop(out var current))
        {
            if (!seen.Add(current))
            {
                continue;
            }

            if (current is T match)
            {
                found.Add(match);
            }

            foreach (var next in Neighbours(current))
            {
                waiting.Push(next);
            }
        }

        return found;
    }

    private static IEnumerable<object> Neighbours(object current)
    {
        var type = current.GetType();
        if (current is Delegate call)
        {
            return call.GetInvocationList().Select(static one => one.Target).OfType<object>();
        }

        if (current is IEnumerable sequence && type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true
            || type.IsArray && !type.GetElementType()!.IsPrimitive)
        {
            return ((IEnumerable)current).Cast<object?>().OfType<object>().Where(IsInteresting);
        }

        return type.Namespace?.StartsWith("HostStack", StringComparison.Ordinal) == true || IsPair(type)
            ? Fields(current, type).Where(IsInteresting)
            : [];
    }

    private static IEnumerable<object> Fields(object current, Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(AllFields))
            {
                if (!field.FieldType.IsPrimitive && !field.FieldType.IsPointer && !field.FieldType.IsByRefLike
                    && field.GetValue(current) is { } value)
                {
                    yield return value;
                }
            }
        }
    }

    private static bool IsInteresting(object value) =>
        value is Delegate || value is not string && (value.GetType() is { } type
            && (type.IsArray || IsPair(type)
                || type.Namespace?.StartsWith("HostStack", StringComparison.Ordinal) == true
                || type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true));

    private static bool IsPair(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
            || type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal));
}

/// <summary>What a host holds of buffers.</summary>
internal static class Buffers
{
    public static int InUse(params object[] roots) =>
        roots.SelectMany(Reachable.From<PacketPool>).Distinct().Sum(static pool => pool.Rented);
}
