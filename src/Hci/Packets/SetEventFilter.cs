using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>What an event filter filters (Core, Vol 4, Part E, 7.3.3).</summary>
public enum EventFilterType : byte
{
    /// <summary>Nothing: all filters go.</summary>
    ClearAll = 0x00,

    /// <summary>Inquiry results.</summary>
    InquiryResult = 0x01,

    /// <summary>Connection requests.</summary>
    ConnectionSetup = 0x02,
}

/// <summary>Which devices pass an event filter (Core, Vol 4, Part E, 7.3.3).</summary>
public enum EventFilterCondition : byte
{
    /// <summary>All.</summary>
    All = 0x00,

    /// <summary>Those of a class.</summary>
    ClassOfDevice = 0x01,

    /// <summary>One.</summary>
    Address = 0x02,
}

/// <summary>What the controller does itself with a page that passes a filter (Core, Vol 4, Part E, 7.3.3).</summary>
public enum AutoAccept : byte
{
    /// <summary>Not told: a filter of inquiry results.</summary>
    None = 0x00,

    /// <summary>Asks the host.</summary>
    Off = 0x01,

    /// <summary>Accepts, with no role switch.</summary>
    On = 0x02,

    /// <summary>Accepts, with a role switch.</summary>
    OnWithRoleSwitch = 0x03,
}

/// <summary>Sets or clears an event filter (Core, Vol 4, Part E, 7.3.3).</summary>
/// <remarks><c>| type 1 | condition 1 | class 3, mask 3 or BD_ADDR 6 | auto accept 1 |</c>: the condition is missing where all
/// filters are cleared, auto accept is there only for connection setup.</remarks>
public readonly record struct SetEventFilterCommand : IHciCommand<StatusReturn>, IWireFormat<SetEventFilterCommand>
{
    private SetEventFilterCommand(EventFilterType type, EventFilterCondition condition, AutoAccept autoAccept)
    {
        FilterType = type;
        Condition = condition;
        AutoAccept = autoAccept;
    }

    /// <summary>Clears all filters.</summary>
    public static SetEventFilterCommand ClearAll => default;

    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetEventFilter;

    /// <summary>What is filtered.</summary>
    public EventFilterType FilterType { get; }

    /// <summary>Which devices pass.</summary>
    public EventFilterCondition Condition { get; }

    /// <summary>The class that passes, where the condition is a class.</summary>
    public ClassOfDevice ClassOfDevice { get; private init; }

    /// <summary>The bits of the class that count.</summary>
    public ClassOfDevice ClassOfDeviceMask { get; private init; }

    /// <summary>The device that passes, where the condition is one device.</summary>
    public BdAddr Address { get; private init; }

    /// <summary>What the controller does with a page that passes.</summary>
    public AutoAccept AutoAccept { get; }

    /// <inheritdoc/>
    public int EncodedSize => FilterType == EventFilterType.ClearAll
        ? 1
        : 2 + (Condition == EventFilterCondition.All ? 0 : 6) + (FilterType == EventFilterType.ConnectionSetup ? 1 : 0);

    /// <summary>Lets all devices pass.</summary>
    /// <param name="type">What is filtered.</param>
    /// <param name="autoAccept">For connection setup: what the controller does.</param>
    public static SetEventFilterCommand ForAll(EventFilterType type, AutoAccept autoAccept = AutoAccept.None) =>
        new(type, EventFilterCondition.All, autoAccept);

    /// <summary>Lets the devices of a class pass.</summary>
    /// <param name="type">What is filtered.</param>
    /// <param name="value">The class.</param>
    /// <param name="mask">The bits of it that count.</param>
    /// <param name="autoAccept">For connection setup: what the controller does.</param>
    public static SetEventFilterCommand ForClass(
        EventFilterType type, ClassOfDevice value, ClassOfDevice mask, AutoAccept autoAccept = AutoAccept.None) =>
        new(type, EventFilterCondition.ClassOfDevice, autoAccept) { ClassOfDevice = value, ClassOfDeviceMask = mask };

    /// <summary>Lets one device pass.</summary>
    /// <param name="type">What is filtered.</param>
    /// <param name="address">The device.</param>
    /// <param name="autoAccept">For connection setup: what the controller does.</param>
    public static SetEventFilterCommand ForAddress(
        EventFilterType type, BdAddr address, AutoAccept autoAccept = AutoAccept.None) =>
        new(type, EventFilterCondition.Address, autoAccept) { Address = address };

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetEventFilterCommand value)
    {
        value = default;
        var reader = new WireReader(source);
        var type = (EventFilterType)reader.U8();
        if (type == EventFilterType.ClearAll)
        {
            return reader.AtEnd;
        }

        var condition = (EventFilterCondition)reader.U8();
        if (type > EventFilterType.ConnectionSetup || condition > EventFilterCondition.Address)
        {
            return false;
        }

        var ofClass = condition == EventFilterCondition.ClassOfDevice;
        var classOfDevice = ofClass ? new ClassOfDevice(reader.U24()) : default;
        var mask = ofClass ? new ClassOfDevice(reader.U24()) : default;
        var address = condition == EventFilterCondition.Address ? reader.BdAddr() : default;
        var autoAccept = type == EventFilterType.ConnectionSetup ? (AutoAccept)reader.U8() : AutoAccept.None;
        value = new(type, condition, autoAccept) { ClassOfDevice = classOfDevice, ClassOfDeviceMask = mask, Address = address };
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)FilterType);
        if (FilterType == EventFilterType.ClearAll)
        {
            return;
        }

        writer.U8((byte)Condition);
        if (Condition == EventFilterCondition.ClassOfDevice)
        {
            writer.U24(ClassOfDevice.Value);
            writer.U24(ClassOfDeviceMask.Value);
        }
        else if (Condition == EventFilterCondition.Address)
        {
            writer.BdAddr(Address);
        }

        if (FilterType == EventFilterType.ConnectionSetup)
        {
            writer.U8((byte)AutoAccept);
        }
    }
}
