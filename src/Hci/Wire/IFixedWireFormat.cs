namespace HostStack.Hci.Wire;

/// <summary>A wire format of one size, which can stand in a list.</summary>
/// <typeparam name="TSelf">The value itself.</typeparam>
public interface IFixedWireFormat<TSelf> : IWireFormat<TSelf>
    where TSelf : struct, IFixedWireFormat<TSelf>
{
    /// <summary>Octets of every value.</summary>
    static abstract int Size { get; }
}
