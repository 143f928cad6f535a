namespace HostStack.Interop.Tests.Judge;

/// <summary>The fields, by tshark's names, in which our decoding and tshark's are compared.</summary>
internal static class JudgeFields
{
    public const string Time = "frame.time_epoch";
    public const string Protocols = "frame.protocols";

    /// <summary>Who sent a packet, in a capture of H4's datalink.</summary>
    public const string H4Direction = "hci_h4.direction";

    /// <summary>Kind of packet and who sent it, in a capture of the Linux monitor.</summary>
    public const string MonitorOpCode = "hci_mon.opcode";

    public const string ExpertSeverity = "_ws.expert.severity";
    public const string ExpertGroup = "_ws.expert.group";
    public const string ExpertMessage = "_ws.expert.message";

    /// <summary>The line of the packet list; the names of a BNEP setup's UUIDs stand nowhere else.</summary>
    public const string Info = "_ws.col.Info";

    /// <summary>Compared both ways: a value that only one of the two has is a difference.</summary>
    public static readonly IReadOnlyList<string> Complete =
    [
        "bthci_cmd.opcode", "bthci_cmd.param_length",
        "bthci_evt.code", "bthci_evt.param_length", "bthci_evt.opcode", "bthci_evt.num_compl_packets",
        "bthci_acl.chandle", "bthci_acl.pb_flag", "bthci_acl.length",
        "btl2cap.cid", "btl2cap.length",
        "btl2cap.cmd_code", "btl2cap.cmd_ident", "btl2cap.cmd_length",
        "btl2cap.scid", "btl2cap.dcid", "btl2cap.result", "btl2cap.status", "btl2cap.conf_result",
        "btl2cap.info_type", "btl2cap.info_result", "btl2cap.rej_reason",
        "btl2cap.option_type", "btl2cap.option_length", "btl2cap.option_mtu",
        "btsdp.pdu", "btsdp.tid", "btsdp.len", "btsdp.error_code",
        "btsdp.ssr.total_count", "btsdp.ssr.current_count", "btsdp.maximum_service_record_count",
        "btsdp.attribute_list_byte_count", "btsdp.maximum_attribute_byte_count",
        "btsdp.attribute_range.from", "btsdp.attribute_range.to",
        "btsdp.service.attribute", "btsdp.data_element.type",
        "btbnep.bnep_type", "btbnep.extension_flag", "btbnep.extension_type", "btbnep.extension_length",
        "btbnep.control_type", "btbnep.unknown_control_type", "btbnep.uuid_size",
        "btbnep.setup_connection_response_message",
        "btbnep.filter_net_type_response_message", "btbnep.filter_multi_addr_response_message",
        "btbnep.list_length", "btbnep.network_type_start", "btbnep.network_type_end",
        "btbnep.multicast_address_start", "btbnep.multicast_address_end",
        "btbnep.dst", "btbnep.src", "btbnep.type",
    ];

    /// <summary>What we decode must be what tshark says; tshark also shows these where we take no interest.</summary>
    public static readonly IReadOnlyList<string> Ours =
    [
        "bthci_cmd.bd_addr", "bthci_cmd.connection_handle", "bthci_cmd.reason",
        "bthci_evt.status", "bthci_evt.connection_handle", "bthci_evt.bd_addr", "bthci_evt.reason", "bthci_evt.key_type",
        "btl2cap.psm",
        "btsdp.service_record_handle", "btsdp.service_name", "btsdp.protocol.psm", "btsdp.protocol.bnep_type",
        "btsdp.pan.security_description", "btsdp.pan.net_access_type", "btsdp.pan.max_net_access_rate",
        BnepDecoder.Destination, BnepDecoder.Source,
    ];
}
