namespace HostStack.Bench.Workloads;

/// <summary>Everything that is measured, and that the allocation tests hold to nothing per frame.</summary>
public static class Catalog
{
    private static readonly int[] s_payloads = [64, 576, 1500];
    private static readonly int[] s_aclLengths = [1021, 310];
    private static readonly HeaderForm[] s_headers = [HeaderForm.General, HeaderForm.Compressed];

    /// <summary>The workloads of the data path, each to be made when it is wanted.</summary>
    public static IEnumerable<(string Name, Func<Workload> Make)> DataPath()
    {
        foreach (var header in s_headers)
        {
            foreach (var aclLength in s_aclLengths)
            {
                foreach (var payload in s_payloads)
                {
                    yield return ($"receive-{payload}-{aclLength}-{header}", () => new ReceiveWorkload(payload, aclLength, header));
                }
            }
        }

        foreach (var header in s_headers)
        {
            foreach (var aclLength in s_aclLengths)
            {
                foreach (var payload in s_payloads)
                {
                    yield return ($"send-{payload}-{aclLength}-{header}", () => new SendWorkload(payload, aclLength, header));
                }
            }
        }

        foreach (var aclLength in s_aclLengths)
        {
            yield return ($"inbox-1500-{aclLength}", () => new InboxWorkload(1500, aclLength));
        }

        foreach (var payload in s_payloads)
        {
            yield return ($"switch-{payload}", () => new SwitchWorkload(payload, flood: false));
        }

        yield return ("flood-64", () => new SwitchWorkload(64, flood: true));
        yield return ("flood-1500", () => new SwitchWorkload(1500, flood: true));
        yield return ("flood-1500-full", () => new CongestedWorkload(1500));
    }

    /// <summary>The workloads of the transport, which need a system with Unix sockets.</summary>
    public static IEnumerable<(string Name, Func<Workload> Make)> Transport()
    {
        yield return ("socket-one-write", () => new TransportWorkload(gathered: true));
        yield return ("socket-write-each", () => new TransportWorkload(gathered: false));
    }

    /// <summary>Every transport by itself; sockets need a system with Unix sockets.</summary>
    public static IEnumerable<(string Name, Func<Workload> Make)> Doors()
    {
        foreach (var sends in (bool[])[true, false])
        {
            foreach (var data in (int[])[1021, 64])
            {
                // How a device ends what it gives makes no difference to what it gets.
                foreach (var door in Enum.GetValues<Door>().Where(door => !sends || door != Door.UsbPackets))
                {
                    yield return ($"door-{door}-{(sends ? "send" : "receive")}-{data}", () => new DoorWorkload(door, sends, data));
                }

                foreach (var check in (bool[])[true, false])
                {
                    yield return (
                        $"door-H5-{(check ? "crc" : "plain")}-{(sends ? "send" : "receive")}-{data}",
                        () => new ThreeWireWorkload(sends, data, check));
                }
            }
        }
    }
}
