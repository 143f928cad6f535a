namespace HostStack.VirtualController.Commands;

/// <summary>Inquiry and its cancel (Core, Vol 4, Part E, 7.1.1 and 7.1.2).</summary>
internal static class InquiryCommands
{
    public static void AddTo(CommandTable table)
    {
        table.Status(CommandCode.Inquiry, 0, 5, (c, ref parameters, ref _) =>
            c.Inquiry.Start(parameters.U24(), parameters.U8(), parameters.U8()));
        table.Complete(CommandCode.InquiryCancel, 1, 0, (c, ref _, ref _) => c.Inquiry.Cancel());
    }
}
