using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;
using HostStack.Sdp.Server;
using HostStack.Testing;

namespace HostStack.Sdp.Tests.Server;

/// <summary>A server with a record that has every universal attribute, on a fake channel.</summary>
internal sealed class ServerRig
{
    public const uint FullHandle = 0x10000;
    public const uint GnHandle = 0x10001;

    private ushort _transaction = 0x0100;

    public ServerRig(int mtu = 672, SdpServer? server = null)
    {
        Server = server ?? new SdpServer(NewDatabase());
        Channel = new FakeL2capChannel(new FakeAclLink(), Psm.Sdp, isInitiator: false, mtu);
        Observer = Server.Accept(Channel) ?? throw new AssertionException("The server refused the channel.");
        Observer.Opened(Channel);
    }

    public SdpServer Server { get; }

    public FakeL2capChannel Channel { get; }

    public IChannelObserver Observer { get; }

    public ServiceRecordDatabase Database => Server.Database;

    public static ServiceRecordDatabase NewDatabase()
    {
        var database = new ServiceRecordDatabase();
        database.Add(FullRecord());
        database.Add(NetworkServiceRecord.Gn(new NetworkServiceOptions { Name = "G", Description = "g" }));
        return database;
    }

    public static ServiceRecordBuilder FullRecord() => new ServiceRecordBuilder()
        .WithClasses(new SdpUuid((ushort)0x1101))
        .With(AttributeId.ServiceRecordState, DataElement.UInt32(0x1234))
        .With(AttributeId.ServiceId, DataElement.Uuid(new SdpUuid((ushort)0x1101)))
        .WithProtocols(new Psm(0x0003))
        .WithPublicBrowseRoot()
        .WithNames("N", "D", "P")
        .With(AttributeId.ServiceInfoTimeToLive, DataElement.UInt32(0xFFFF))
        .With(AttributeId.ServiceAvailability, DataElement.UInt8(0xFF))
        .WithProfile(new SdpUuid((ushort)0x1101), 0x0102)
        .With(AttributeId.DocumentationUrl, DataElement.Url("d:"))
        .With(AttributeId.ClientExecutableUrl, DataElement.Url("c:"))
        .With(AttributeId.IconUrl, DataElement.Url("i:"))
        .With(AttributeId.AdditionalProtocolDescriptorLists, DataElement.Sequence(DataElement.Sequence(DataElement.Sequence(
            DataElement.Uuid(KnownUuid.L2cap), DataElement.UInt16(0x0013)))));

    /// <summary>Sends a whole PDU.</summary>
    /// <returns>The answer; empty where there is none.</returns>
    public byte[] Send(ReadOnlySpan<byte> pdu)
    {
        Observer.Received(Channel, pdu);
        return Channel.Sent.Count == 0 ? [] : Channel.TakeSent();
    }

    /// <summary>Sends a request with a header of its own and checks that the answer's header fits.</summary>
    /// <returns>The parameters of the answer.</returns>
    public string Ask(byte id, string parameters, byte? expectedId = null)
    {
        var octets = Hex.Parse(parameters);
        _transaction++;
        byte[] pdu = [id, (byte)(_transaction >> 8), (byte)_transaction, (byte)(octets.Length >> 8), (byte)octets.Length, .. octets];
        var answer = Send(pdu);
        Assert.That(answer, Has.Length.GreaterThanOrEqualTo(5).And.Length.LessThanOrEqualTo(Channel.OutgoingMtu));
        var length = answer.Length - 5;
        Assert.That(
            Hex.Of(answer.AsSpan(0, 5)),
            Is.EqualTo($"{expectedId ?? id + 1:X2}{_transaction:X4}{length:X4}"),
            $"answer {Hex.Of(answer)}");
        return Hex.Of(answer.AsSpan(5));
    }

    /// <summary>Sends a request that must be refused.</summary>
    public void AskRefused(byte id, string parameters, ushort error) =>
        Assert.That(Ask(id, parameters, 0x01), Is.EqualTo($"{error:X4}"));

    /// <summary>Asks with continuations until the end.</summary>
    /// <returns>The pieces put together, and how many there were.</returns>
    public (string List, int Rounds) AskAll(byte id, string parametersWithoutState)
    {
        var list = string.Empty;
        var state = "00";
        for (var round = 1; round < 1000; round++)
        {
            var answer = Ask(id, parametersWithoutState + state);
            var count = Convert.ToInt32(answer[..4], 16);
            list += answer.Substring(4, 2 * count);
            state = answer[(4 + (2 * count))..];
            if (state == "00")
            {
                return (list, round);
            }
        }

        throw new AssertionException("The answer does not end.");
    }
}
