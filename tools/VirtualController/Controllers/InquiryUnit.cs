using HostStack.Hci.Loop;
using HostStack.Hci.Packets;

namespace HostStack.VirtualController.Controllers;

/// <summary>Inquiry (Core, Vol 4, Part E, 7.1.1): discoverable devices answer at seeded moments.</summary>
internal sealed class InquiryUnit
{
    private const byte PageScanRepetitionR1 = 0x01;
    private const byte ModeRssi = 0x01;
    private const byte ModeExtended = 0x02;
    private static readonly TimeSpan LengthUnit = TimeSpan.FromSeconds(1.28);

    private readonly SimulatedController _self;
    private readonly LoopTimer _ends;
    private int _run;
    private int _limit;
    private int _found;

    public InquiryUnit(SimulatedController self)
    {
        _self = self;
        _ends = self.Radio.Loop.Timers.Create(Complete);
    }

    public bool IsActive => _ends.IsArmed;

    /// <summary>Inquiry.</summary>
    /// <param name="accessCode">LAP of the access code.</param>
    /// <param name="length">In units of 1.28 s, 1 to 0x30.</param>
    /// <param name="responses">The most responses; 0: no limit.</param>
    public HciStatus Start(uint accessCode, byte length, byte responses)
    {
        const byte longest = 0x30;
        const uint firstCode = 0x9E8B00;
        const uint lastCode = 0x9E8B3F;
        if (length is 0 or > longest || accessCode is < firstCode or > lastCode)
        {
            return HciStatus.InvalidParameters;
        }

        if (IsActive || (_self.Options.OneProcedureAtATime && _self.Paging.IsBusy))
        {
            return HciStatus.CommandDisallowed;
        }

        var run = ++_run;
        _limit = responses;
        _found = 0;
        _ends.Arm(LengthUnit * length);
        var spread = Math.Min(_self.Radio.Options.InquirySpread.Ticks, (LengthUnit * length).Ticks - 1);
        foreach (var other in _self.Radio.Controllers)
        {
            // Drawn for every device, so that one that does not answer leaves the others' moments alone.
            var moment = TimeSpan.FromTicks(1 + (long)(_self.Radio.InquiryRandom.NextDouble() * spread));
            var rssi = (sbyte)(-70 + _self.Radio.SignalRandom.Next(31));
            if (other != _self)
            {
                _self.Radio.After(moment, () => Answer(run, accessCode, other, rssi));
            }
        }

        return HciStatus.Success;
    }

    /// <summary>Inquiry Cancel: no Inquiry Complete follows.</summary>
    public HciStatus Cancel()
    {
        if (!IsActive)
        {
            return HciStatus.CommandDisallowed;
        }

        Reset();
        return HciStatus.Success;
    }

    public void Reset()
    {
        _run++;
        _ends.Disarm();
    }

    private void Answer(int run, uint accessCode, SimulatedController other, sbyte rssi)
    {
        if (run != _run || !other.Hears(_self) || !other.Settings.IsDiscoverable
            || Array.IndexOf(other.Settings.InquiryAccessCodes, accessCode) < 0)
        {
            return;
        }

        var extended = _self.Settings.InquiryMode == ModeExtended && other.Settings.HasEir;
        var withRssi = extended || _self.Settings.InquiryMode is ModeRssi or ModeExtended;
        var writer = _self.Events.Begin();
        writer.U8(1);
        writer.BdAddr(other.Address);
        writer.U8(PageScanRepetitionR1);
        writer.Zeros(withRssi ? 1 : 2);
        writer.U24(other.Settings.ClassOfDevice);
        writer.U16(ClockOffset(other));
        if (withRssi)
        {
            writer.I8(rssi);
        }

        if (extended)
        {
            writer.Bytes(other.Settings.Eir);
        }

        _self.Events.Send(
            extended ? EventCode.ExtendedInquiryResult : withRssi ? EventCode.InquiryResultWithRssi : EventCode.InquiryResult,
            writer);
        if (++_found == _limit)
        {
            _ends.Disarm();
            Complete();
        }
    }

    private static ushort ClockOffset(SimulatedController other) => (ushort)(other.Address.Value & 0x7FFF);

    private void Complete()
    {
        _run++;
        var writer = _self.Events.Begin();
        writer.U8((byte)HciStatus.Success);
        _self.Events.Send(EventCode.InquiryComplete, writer);
    }
}
