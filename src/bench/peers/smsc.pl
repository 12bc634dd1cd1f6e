#!/usr/bin/perl
# An SMSC on Perl's Net::SMPP, for tests and the benchmark: another implementation of SMPP than the one under test.
#
# Orders come as lines of JSON on standard input ({"do": …}), what happened goes out the same way ({"event": …}). It ends
# with its standard input. Every PDU it sends or understands is encoded and decoded by Net::SMPP; only bytes that are
# meant to be broken ("raw") are written past it.
#
# As an SMSC in the field, it takes a message for its own once the whole submit_sm is read, whether or not the answer
# reaches the ESME; and it sends a deliver_sm again, on whatever connection comes next, until it is acknowledged.
use strict;
use warnings;
use Encode qw(encode decode);
use IO::Select;
use IO::Socket::INET;
use JSON::PP;
use Net::SMPP;
use POSIX qw(strftime);
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes qw(time);

# Net::SMPP reads and writes a socket and waits for it; given memory instead, one process serves many binds.
package Wire {
    our @ISA = ('Net::SMPP');

    sub make {
        my $wire = Symbol::gensym();
        ${*$wire}{$_} = Net::SMPP::Default->{$_} for keys %{ Net::SMPP::Default() };
        @{ *$wire{HASH} }{qw(async in out seq enquire_interval)} = (1, '', '', 0, 0);
        bless $wire, 'Wire';
        $wire->set_version(0x34);
        return $wire;
    }

    sub syswrite { ${ *{ $_[0] } }{out} .= $_[1]; return length $_[1] }

    sub sysread {
        my ($wire, undef, $length, $offset) = @_;
        $! = 0;    # Net::SMPP reads again for ever when it finds an old EINTR here
        my $taken = substr(${*$wire}{in}, 0, $length, '');
        substr($_[1], $offset // 0) = $taken;
        return length $taken;
    }

    # The next whole PDU, or nothing yet. Dies where the stream can't be one of PDUs.
    sub next_pdu {
        my ($wire) = @_;
        my $in = \${*$wire}{in};
        return if length($$in) < 16;
        my $length = unpack 'N', $$in;
        die "a PDU of $length bytes\n" if $length < 16 || $length > 70_000;
        return if length($$in) < $length;
        return $wire->read_pdu;
    }
}

package main;

use constant {
    BIND_RECEIVER    => 0x01,
    BIND_TRANSMITTER => 0x02,
    SUBMIT_SM        => 0x04,
    UNBIND           => 0x06,
    BIND_TRANSCEIVER => 0x09,
    ENQUIRE_LINK     => 0x15,
    DATA_SM          => 0x103,
    RESPONSE         => 0x80000000,
    THROTTLED        => 0x58,
};

my %state_number = (ENROUTE => 1, DELIVRD => 2, EXPIRED => 3, DELETED => 4, UNDELIV => 5, ACCEPTD => 6, UNKNOWN => 7, REJECTD => 8);
# An SMSC tries these again; any other error means that the text is lost.
my %try_again = map { $_ => 1 } 0x08, 0x14, THROTTLED, 0x64;

my %setting = (
    password       => undef,     # of every bind; undef: any
    window         => 50,        # deliver_sm without an answer, for each bind
    bindStatus     => [],        # [times, status] for the next binds
    submitStatus   => [],        # [times, status] for the next submit_sm
    throttleAbove  => 0,         # submit_sm a second; 0: no limit
    swallow        => 0,         # so many submit_sm are taken and not answered
    hold           => 0,         # answers to submit_sm wait for "release"
    silent         => 0,         # nothing at all is answered
    receipts       => 'now',     # now, none, or by order
    receiptState   => 'DELIVRD',
    receiptCoding  => 'ascii',   # or ucs2
    receiptCopies  => 1,
    receiptTlv     => 1,         # receipted_message_id and message_state beside the text
    receiptDecimal => 0,         # the answer names the message in hexadecimal and the receipt in decimal, as some do
    keepReference  => 1,         # the receipt repeats the submit_sm's user_message_reference
    quiet          => 0,         # without an event for each message
);

my $json = JSON::PP->new->utf8->canonical;
my ($listener, %link, %message, @waiting, @timers, @held, $load, $tls);
my ($next_link, $next_message, $this_second, $in_this_second) = (1, 0x100, 0, 0);
my $said = '';

sub say_event { $said .= $json->encode({@_}) . "\n" }

sub later {
    my ($seconds, $what) = @_;
    my $at = time + $seconds;
    my $index = @timers;
    $index-- while $index > 0 && $timers[ $index - 1 ][0] > $at;
    splice @timers, $index, 0, [ $at, $what ];
}

# What "set" says "times" of: [3, 88] means the next three.
sub spend {
    my ($name) = @_;
    my ($times, $status) = @{ $setting{$name} };
    return 0 unless $times;
    $setting{$name}[0]--;
    return $status;
}

sub listen_at {
    my ($port) = @_;
    $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port, Listen => 16, ReuseAddr => 1)
        or die "can't listen: $!\n";
    $listener->blocking(0);
}

sub accept_link {
    my $socket = $listener->accept or return;
    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
    if ($tls) {
        require IO::Socket::SSL;
        $socket->blocking(1);
        my $secure = IO::Socket::SSL->start_SSL(
            $socket,
            SSL_server    => 1,
            SSL_cert_file => $tls->{certificate},
            SSL_key_file  => $tls->{key},
            Timeout       => 5,
        );
        return say_event(event => 'tls-failed') unless $secure;
        $socket = $secure;
    }
    $socket->blocking(0);
    my $id = $next_link++;
    $link{$id} = { id => $id, socket => $socket, wire => Wire::make(), mode => 0, sent => {}, unanswered => 0 };
    say_event(event => 'connected', link => $id);
}

sub drop_link {
    my ($link, $why) = @_;
    return unless delete $link{ $link->{id} };
    close $link->{socket};
    # Oldest first, before what was never sent.
    unshift @waiting, sort { $a->{number} <=> $b->{number} } values %{ $link->{sent} };
    say_event(event => 'closed', link => $link->{id}, why => $why);
}

sub receives { $_[0]{mode} & 1 }

sub read_link {
    my ($link) = @_;
    my $wire = $link->{wire};
    my $ended;
    while (1) {
        my $read = sysread $link->{socket}, my $bytes, 65_536;
        if ($read) { ${*$wire}{in} .= $bytes; next }
        $ended = 'end' if defined $read;
        $ended = 'error' if !defined $read && !$!{EAGAIN} && !$!{EWOULDBLOCK} && !$!{EINTR};
        last;
    }
    while (1) {
        my $pdu = eval { $wire->next_pdu };
        if ($@) { return drop_link($link, "bad stream: $@") }
        last unless $pdu;
        take_pdu($link, $pdu);
        return unless $link{ $link->{id} };
    }
    drop_link($link, $ended) if $ended;
}

sub write_link {
    my ($link) = @_;
    my $out = \${ *{ $link->{wire} } }{out};
    while (length $$out) {
        my $written = syswrite $link->{socket}, $$out, 65_536;
        if (!defined $written) {
            return if $!{EAGAIN} || $!{EWOULDBLOCK} || $!{EINTR};
            return drop_link($link, 'error');
        }
        substr($$out, 0, $written, '');
    }
}

sub take_pdu {
    my ($link, $pdu) = @_;
    return if $setting{silent};
    my ($command, $wire, @seq) = ($pdu->{cmd}, $link->{wire}, seq => $pdu->{seq});
    if ($command == BIND_RECEIVER || $command == BIND_TRANSMITTER || $command == BIND_TRANSCEIVER) {
        my $status = spend('bindStatus');
        $status = 0x0e if !$status && defined $setting{password} && $pdu->{password} ne $setting{password};
        my @answer = (@seq, status => $status, system_id => 'perl');
        $wire->bind_receiver_resp(@answer)    if $command == BIND_RECEIVER;
        $wire->bind_transmitter_resp(@answer) if $command == BIND_TRANSMITTER;
        $wire->bind_transceiver_resp(@answer) if $command == BIND_TRANSCEIVER;
        $link->{mode} = $command == BIND_TRANSCEIVER ? 3 : $command unless $status;
        my $mode = { 1 => 'receiver', 2 => 'transmitter', 9 => 'transceiver' }->{$command};
        say_event(
            event => $status ? 'bind-refused' : 'bound', link => $link->{id}, mode => $mode,
            systemId => $pdu->{system_id}, systemType => $pdu->{system_type}, version => $pdu->{interface_version},
        );
    } elsif ($command == ENQUIRE_LINK) {
        $wire->enquire_link_resp(@seq);
        say_event(event => 'enquired', link => $link->{id}) unless $setting{quiet};
    } elsif ($command == UNBIND) {
        $wire->unbind_resp(@seq);
        write_link($link);
        say_event(event => 'unbound', link => $link->{id});
        $link->{mode} = 0;
    } elsif ($command == SUBMIT_SM || $command == DATA_SM) {
        take_submit($link, $pdu);
    } elsif ($command == (RESPONSE | 0x05)) {
        take_acknowledgement($link, $pdu);
    } else {
        say_event(
            event => 'pdu', link => $link->{id}, command => sprintf('%08x', $command), status => $pdu->{status}, @seq,
        );
    }
}

sub take_submit {
    my ($link, $pdu) = @_;
    my $second = int time;
    ($this_second, $in_this_second) = ($second, 0) if $second != $this_second;
    my $status = $link->{mode} & 2 ? spend('submitStatus') : 0x04;
    $status ||= THROTTLED if $setting{throttleAbove} && ++$in_this_second > $setting{throttleAbove};
    my $number = $next_message++;
    my $id = sprintf '%X', $number;
    my $body = $pdu->{message_payload} // $pdu->{short_message} // '';
    my ($parts, $part, $reference, $text) = part_of($pdu, $body);
    if (!$setting{quiet}) {
        say_event(
            event => 'submit', link => $link->{id}, seq => $pdu->{seq}, status => $status, messageId => $id,
            from => $pdu->{source_addr}, fromTon => $pdu->{source_addr_ton}, to => $pdu->{destination_addr},
            toTon => $pdu->{dest_addr_ton}, hex => unpack('H*', $text), dataCoding => $pdu->{data_coding},
            esmClass => $pdu->{esm_class}, registered => $pdu->{registered_delivery},
            validity => $pdu->{validity_period}, parts => $parts, part => $part, reference => $reference,
            payload => defined $pdu->{message_payload} ? 1 : 0, bytes => length $body,
        );
    }
    if (!$status) {
        $message{$id} = {
            id => $id, number => $number, from => $pdu->{destination_addr}, to => $pdu->{source_addr},
            reference => $pdu->{user_message_reference}, at => time,
        } if $pdu->{registered_delivery} || !$setting{quiet};
        send_receipt($id) if $setting{receipts} eq 'now' && $pdu->{registered_delivery} & 1;
        take_answer($pdu->{destination_addr}, $parts, $part, $text, $pdu->{data_coding}) if $load;
    }
    if ($setting{swallow} > 0) { $setting{swallow}--; return }
    my $answer = sub {
        return unless $link{ $link->{id} };
        my @ids = $status ? (message_id => '') : (message_id => $id);
        my @seq = (seq => $pdu->{seq}, status => $status);
        return $link->{wire}->data_sm_resp(@ids, @seq) if $pdu->{cmd} == DATA_SM;
        $link->{wire}->submit_sm_resp(@ids, @seq);
    };
    if ($setting{hold}) { push @held, $answer; return }
    $answer->();
}

# (how many parts, which one, their reference, the text without its header), by UDH or by SAR.
sub part_of {
    my ($pdu, $body) = @_;
    if ($pdu->{esm_class} & 0x40 && length $body) {
        my $length = unpack 'C', $body;
        my ($header, $text) = (substr($body, 1, $length), substr($body, 1 + $length));
        while (length $header > 1) {
            my ($tag, $value) = unpack 'CC/a', $header;
            return (unpack('x C C', $value), unpack('C', $value), $text) if $tag == 0;
            return (unpack('x2 C C', $value), unpack('n', $value), $text) if $tag == 8;
            substr($header, 0, 2 + length $value, '');
        }
        return (1, 1, undef, $text);
    }
    if (defined $pdu->{sar_msg_ref_num}) {
        my ($total, $part) = map { unpack 'C', $_ } @$pdu{qw(sar_total_segments sar_segment_seqnum)};
        return ($total, $part, unpack('n', $pdu->{sar_msg_ref_num}), $body);
    }
    return (1, 1, undef, $body);
}

sub send_receipt {
    my ($id, %change) = @_;
    my $message = $message{$id} or return say_event(event => 'no-such-message', messageId => $id);
    my %as = (%setting, %change);
    my $state = $as{receiptState};
    my $name = $as{receiptDecimal} ? $message->{number} : $id;
    my $date = strftime '%y%m%d%H%M', localtime;
    my $delivered = $state eq 'DELIVRD' ? '001' : '000';
    my $text = "id:$name sub:001 dlvrd:$delivered submit date:$date done date:$date stat:$state err:000 text:";
    my @coding = (data_coding => 0, short_message => $text);
    @coding = (data_coding => 8, short_message => encode('UTF-16BE', $text)) if $as{receiptCoding} eq 'ucs2';
    my @more;
    push @more, receipted_message_id => "$name\0", message_state => pack('C', $state_number{$state} // 7) if $as{receiptTlv};
    push @more, user_message_reference => $message->{reference} if $as{keepReference} && defined $message->{reference};
    for (1 .. $as{receiptCopies}) {
        push @waiting, {
            number => $next_message++, receipt => $id,
            pdu => [ address_fields($message->{from}, $message->{to}), esm_class => 4, @coding, @more ],
        };
    }
    delete $message{$id} if $setting{quiet};
}

sub address_fields {
    my ($from, $to) = @_;
    my $ton = $from =~ /^[0-9]{7,}$/ ? 1 : $from =~ /^[0-9]+$/ ? 0 : 5;
    return (
        source_addr_ton => $ton, source_addr_npi => $ton == 5 ? 0 : 1, source_addr => $from,
        dest_addr_ton => 0, dest_addr_npi => 1, destination_addr => $to,
    );
}

sub queue_text {
    my ($order) = @_;
    my @more = map { ($_->[0] => pack 'H*', $_->[1]) } @{ $order->{tlv} // [] };
    my @addresses = address_fields($order->{from}, $order->{to} // '119');
    $addresses[1] = $order->{fromTon} if defined $order->{fromTon};
    push @waiting, {
        number => $next_message++, name => $order->{name},
        pdu => [
            @addresses, esm_class => $order->{esmClass} // 0, data_coding => $order->{dataCoding} // 0,
            short_message => pack('H*', $order->{hex} // ''), @more,
        ],
    };
}

sub take_acknowledgement {
    my ($link, $pdu) = @_;
    my $text = delete $link->{sent}{ $pdu->{seq} };
    if (!$text) { return say_event(event => 'stray-acknowledgement', seq => $pdu->{seq}, status => $pdu->{status}) }
    if ($try_again{ $pdu->{status} }) {
        later(0.2, sub { push @waiting, $text });
    }
    return if $setting{quiet};
    say_event(event => 'receipt-acknowledged', messageId => $text->{receipt}, status => $pdu->{status}) if $text->{receipt};
    say_event(event => 'acknowledged', name => $text->{name}, status => $pdu->{status}) if defined $text->{name};
}

sub send_waiting {
    my @able = grep { receives($_) && keys %{ $_->{sent} } < $setting{window} } values %link or return;
    while (@waiting && @able) {
        my $text = shift @waiting;
        my $link = shift @able;
        my $seq = $link->{wire}->deliver_sm(@{ $text->{pdu} });
        $link->{sent}{$seq} = $text;
        $text->{sentAt} //= time;
        $load->{sentAt}{ $text->{sender} } //= time if $load && defined $text->{sender};
        push @able, $link if keys %{ $link->{sent} } < $setting{window};
    }
}

# Load: texts of different senders, at a rate or as fast as they are answered ("open" at a time), and how long each
# answer takes from the first sending of the text to the last part of the answer.
sub start_load {
    my ($order) = @_;
    $load = {
        %$order, made => 0, startedAt => time, sentAt => {}, parts => {}, done => {}, took => [], wrong => 0, extra => 0,
        submits => 0, fresh => 0,
    };
    $_->{ucs2} = unpack 'H*', encode('UTF-16BE', $_->{answer}) for @{ $load->{texts} };
    feed_load();
}

sub feed_load {
    return unless $load;
    my $due = $load->{count};
    if ($load->{rate}) {
        $due = int((time - $load->{startedAt}) * $load->{rate}) + 1;
        $due = $load->{count} if $due > $load->{count};
    } else {
        $due = $load->{fresh} + $load->{open};
        $due = $load->{count} if $due > $load->{count};
    }
    while ($load->{made} < $due) {
        my $index = $load->{made}++;
        my $sender = sprintf '%s%07d', $load->{prefix} // '99655', $index;
        my $text = $load->{texts}[ $index % @{ $load->{texts} } ];
        push @waiting, {
            number => $next_message++, sender => $sender,
            pdu => [
                address_fields($sender, '119'), data_coding => $text->{dataCoding},
                short_message => pack('H*', $text->{hex}),
            ],
        };
    }
}

sub take_answer {
    my ($sender, $parts, $part, $text, $coding) = @_;
    $load->{submits}++;
    my $sentAt = $load->{sentAt}{$sender};
    if (!defined $sentAt) { $load->{wrong}++; return }
    if ($load->{done}{$sender}) { $load->{extra}++; return }
    my $have = $load->{parts}{$sender} //= {};
    if (defined $have->{$part}) { $load->{extra}++; return }
    $have->{$part} = $text;
    return if keys %$have < $parts;
    delete $load->{parts}{$sender};
    delete $load->{sentAt}{$sender} unless $load->{keepAll};
    $load->{done}{$sender} = 1;
    $load->{fresh}++;
    push @{ $load->{took} }, time - $sentAt;
    my $index = substr($sender, length($load->{prefix} // '99655')) % @{ $load->{texts} };
    my $whole = join '', map { $have->{$_} } sort { $a <=> $b } keys %$have;
    $load->{wrong}++ if $coding != 8 || index(unpack('H*', $whole), $load->{texts}[$index]{ucs2}) < 0;
    if ($load->{reportEvery} && $load->{fresh} % $load->{reportEvery} == 0) {
        say_event(event => 'load-progress', answered => $load->{fresh});
    }
    end_load() if $load->{fresh} == $load->{count};
}

sub end_load {
    my @took = sort { $a <=> $b } @{ $load->{took} };
    my $share = sub { @took ? $took[ POSIX::ceil($_[0] * @took) - 1 ] * 1000 : undef };
    say_event(
        event => 'load-done', count => $load->{count}, answered => $load->{fresh}, wrong => $load->{wrong},
        extra => $load->{extra}, submits => $load->{submits}, seconds => time - $load->{startedAt},
        p50Ms => $share->(0.5), p99Ms => $share->(0.99), maxMs => $share->(1),
    );
    $load = undef;
}

my %order = (
    listen      => sub { $tls = $_[0]{tls}; listen_at($_[0]{port} // 0); say_event(event => 'listening', port => $listener->sockport) },
    set         => sub { my %new = %{ $_[0] }; delete $new{do}; @setting{ keys %new } = values %new; say_event(event => 'set') },
    deliver     => \&queue_text,
    raw         => sub { ${ *{ $_->{wire} } }{out} .= pack 'H*', $_[0]{hex} for grep { $_->{mode} } values %link },
    receipt     => sub { my %new = %{ $_[0] }; send_receipt(delete $new{messageId}, %new) },
    release     => sub { my @now = @held; @held = (); $_->() for @now; say_event(event => 'released', count => scalar @now) },
    load        => \&start_load,
    'stop-load' => sub { end_load() if $load },
    cut         => sub { drop_link($_, 'cut') for values %link },
    unbind      => sub { $_->{wire}->unbind for values %link },
    shut        => sub { close $listener; $listener = undef; drop_link($_, 'shut') for values %link; say_event(event => 'shut') },
    count       => sub { say_event(event => 'count', waiting => scalar @waiting, sent => scalar map { keys %{ $_->{sent} } } values %link) },
);

$SIG{PIPE} = 'IGNORE';
STDIN->blocking(0);
STDOUT->blocking(1);
binmode STDOUT;
my $typed = '';
while (1) {
    feed_load();
    send_waiting();
    write_link($_) for values %link;
    if (length $said) { print STDOUT $said; STDOUT->flush; $said = '' }

    my $reading = IO::Select->new(\*STDIN, $listener ? $listener : (), map { $_->{socket} } values %link);
    my $writing = IO::Select->new(map { $_->{socket} } grep { length ${ *{ $_->{wire} } }{out} } values %link);
    my $wait = @timers ? $timers[0][0] - time : 1;
    $wait = 0.002 if $load && $load->{rate} && $wait > 0.002;
    $wait = 0 if $wait < 0 || grep { $_->{socket}->can('pending') && $_->{socket}->pending } values %link;
    my ($readable) = IO::Select->select($reading, $writing->count ? $writing : undef, undef, $wait);

    my %ready = map { fileno($_) => 1 } @{ $readable // [] };
    if ($ready{ fileno STDIN }) {
        my $read = sysread STDIN, $typed, 1 << 20, length $typed;
        last if defined $read && $read == 0;
        while ($typed =~ s/^(.*)\n//) {
            my $given = $json->decode($1);
            my $do = $order{ $given->{do} } or die "unknown order $given->{do}\n";
            $do->($given);
        }
    }
    accept_link() if $listener && $ready{ fileno $listener };
    for my $link (values %link) {
        my $number = fileno $link->{socket};
        read_link($link) if defined $number && ($ready{$number} || ($link->{socket}->can('pending') && $link->{socket}->pending));
    }
    while (@timers && $timers[0][0] <= time) { (shift @timers)->[1]->() }
}
