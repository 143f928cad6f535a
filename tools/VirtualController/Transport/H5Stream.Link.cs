namespace HostStack.VirtualController.Transport;

/// <content>The link: what is answered, numbered, kept and sent again.</content>
public sealed partial class H5Stream
{
    private async Task HearAsync(H5Packet? packet)
    {
        byte[]? delivered = null;
        lock (_gate)
        {
            if (packet is null)
            {
                BadFrames++;
            }
            else if (packet.Type == LinkControl)
            {
                HearControl(packet.Payload);
            }
            else if (_active && !_asleep)
            {
                delivered = Take(packet);
            }
        }

        if (delivered is not null)
        {
            await _packets.Writer.WriteAsync(delivered, _stop.Token);
        }
    }

    private byte[]? Take(H5Packet packet)
    {
        while (_sent.TryPeek(out var oldest)
            && (packet.Acknowledgement - oldest.Sequence + 8) % 8 is var arrived and > 0 && arrived <= _sent.Count)
        {
            _sent.Dequeue();
            _room.Release();
        }

        var isNext = !packet.IsReliable || packet.Sequence == _expected;
        if (packet.IsReliable)
        {
            _expected = isNext ? (_expected + 1) % 8 : _expected;
            Say(new H5Packet(0, []) { Acknowledgement = _expected });
        }

        SendWaiting();
        return isNext && packet.Type is (1 or 2 or 3) ? [(byte)packet.Type, .. packet.Payload] : null;
    }

    private void HearControl(byte[] message)
    {
        if (_asleep && message is not [0x05, 0xFA])
        {
            return;
        }

        switch (message)
        {
            case [0x01, 0x7E]:
                if (_active)
                {
                    Forget(); // The host began anew.
                }

                Control(0x02, 0x7D);
                break;
            case [0x02, 0x7D] when !_active:
                _answered = true;
                Control(0x03, 0xFC);
                break;
            case [0x03, 0xFC, var field, ..] when _answered:
                _window = Math.Clamp(field % 8, 1, _options.Window);
                _flowControl = (field & 8) != 0 && _options.FlowControl;
                _check = (field & 16) != 0 && _options.IntegrityCheck;
                Control(0x04, 0x7B, (byte)(_window + (_flowControl ? 8 : 0) + (_check ? 16 : 0)));
                break;
            case [0x04, 0x7B, ..] when _answered:
                _active = true;
                SendWaiting();
                break;
            case [0x05, 0xFA]:
                _asleep = false;
                Wakeups++;
                Control(0x06, 0xF9);
                break;
        }
    }

    private void Forget()
    {
        (_answered, _active, _asleep, _sequence, _expected) = (false, false, false, 0, 0);
        if (_sent.Count + _waiting.Count is var freed and > 0)
        {
            _room.Release(freed);
        }

        _sent.Clear();
        _waiting.Clear();
    }

    // What the window admits goes out. A controller that has something to say is awake.
    private void SendWaiting()
    {
        while (_active && _sent.Count < _window && _waiting.TryDequeue(out var packet))
        {
            if (_asleep)
            {
                _asleep = false;
                Control(0x05, 0xFA);
            }

            var isReliable = packet[0] is 2 or 4;
            var sent = new H5Packet(packet[0], packet[1..]) { IsReliable = isReliable, Sequence = isReliable ? _sequence : 0 };
            if (isReliable)
            {
                _sequence = (_sequence + 1) % 8;
                _sent.Enqueue(sent);
            }
            else
            {
                _room.Release();
            }

            Say(sent);
        }
    }

    private void Say(H5Packet packet) =>
        _out.Writer.TryWrite((packet with { Acknowledgement = _expected }).ToLine(_check && packet.Type != LinkControl, _flowControl));

    private void Control(params byte[] message) =>
        _out.Writer.TryWrite(new H5Packet(LinkControl, message).ToLine(withCheck: false, withFlowControl: false));

    private async Task RepeatAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(_options.Period, time);
        try
        {
            H5Packet? last = null;
            do
            {
                lock (_gate)
                {
                    if (!_active && !_asleep)
                    {
                        _ = _answered ? Again(0x03, 0xFC) : Again(0x01, 0x7E);
                    }

                    // What was the oldest a period ago and still is was lost.
                    if (_sent.TryPeek(out var oldest) && ReferenceEquals(oldest, last))
                    {
                        foreach (var packet in _sent)
                        {
                            Resent++;
                            Say(packet);
                        }
                    }

                    last = oldest;
                }
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }

        bool Again(params byte[] message)
        {
            Control(message);
            return true;
        }
    }
}
